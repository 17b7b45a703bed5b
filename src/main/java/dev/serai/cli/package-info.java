/**
 * The commands that talk to a running hub from outside, over HTTP like anybody else.
 *
 * <p>Data goes to standard output and everything about it to standard error, so that a command can stand in a pipe.
 * May import {@code sample}, {@code docs}, {@code partner} and {@code model}. Read {@link dev.serai.cli.TailCommand} first.
 */
package dev.serai.cli;
