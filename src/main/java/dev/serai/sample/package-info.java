/**
 * Samples: recorded inputs of a partner with their expected outputs, as folders of files; and what makes one of something
 * that was somebody's.
 *
 * <p>May import {@code partner} and {@code model}. Read {@link dev.serai.sample.HttpFile} first: the request that a
 * partner sent, as a file. {@link dev.serai.sample.Masking} is about what must not be in one.
 */
package dev.serai.sample;
