package dev.serai.ingest;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.BitSet;

/**
 * A request's bytes with everything that is not UTF-8 replaced by question marks of the same length, so that one
 * broken event of a batch does not make the rest unreadable.
 *
 * @param bytes     the request's own array when nothing was broken, else a mended copy of the same length
 * @param malformed the offsets of the bytes that were replaced
 */
record Utf8(byte[] bytes, BitSet malformed) {

    private static final VarHandle LONGS =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.nativeOrder());
    private static final long HIGH_BITS = 0x8080808080808080L;

    static Utf8 of(byte[] bytes) {
        return isAscii(bytes) ? new Utf8(bytes, new BitSet(0)) : mend(bytes);
    }

    /** Whether a byte of this range was replaced. */
    boolean isMalformed(int from, int to) {
        int next = malformed.nextSetBit(from);
        return next >= 0 && next < to;
    }

    private static boolean isAscii(byte[] bytes) {
        int i = 0;
        for (; i <= bytes.length - Long.BYTES; i += Long.BYTES) {
            if (((long) LONGS.get(bytes, i) & HIGH_BITS) != 0) {
                return false;
            }
        }
        for (; i < bytes.length; i++) {
            if (bytes[i] < 0) {
                return false;
            }
        }
        return true;
    }

    private static Utf8 mend(byte[] bytes) {
        CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder()
                .onMalformedInput(CodingErrorAction.REPORT);
        ByteBuffer in = ByteBuffer.wrap(bytes);
        CharBuffer out = CharBuffer.allocate(Math.min(bytes.length, 8192) + 2);
        byte[] mended = bytes;
        BitSet malformed = new BitSet();
        while (true) {
            CoderResult result = decoder.decode(in, out, true);
            out.clear();
            if (result.isUnderflow()) {
                return new Utf8(mended, malformed);
            }
            if (result.isError()) {
                mended = mended == bytes ? Arrays.copyOf(bytes, bytes.length) : mended;
                for (int i = 0; i < result.length(); i++) {
                    malformed.set(in.position());
                    mended[in.position()] = '?';
                    in.position(in.position() + 1);
                }
            }
        }
    }
}
