package dev.serai.model;

/**
 * One thing wrong with a file of the user's: where, what, and what to do. Printed on one line, so that an editor can
 * jump there: {@code application.properties:9:1: unknown setting 'serai.warehose.url'; did you mean ...?}
 *
 * @param file   as the user would name it, relative to where the hub was started
 * @param line   from 1; 0 when the problem has no line, as with an environment variable
 * @param column from 1; ignored when there is no line
 * @param what   what is wrong
 * @param remedy what to do about it
 */
public record Problem(String file, int line, int column, String what, String remedy) {

    @Override
    public String toString() {
        String place = line > 0 ? file + ":" + line + ":" + column : file;
        return place + ": " + what + "; " + remedy;
    }
}
