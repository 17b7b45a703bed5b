/**
 * Samples: recorded inputs of a partner with their expected outputs, as folders of files.
 *
 * <p>May import {@code partner} and {@code model}. Read {@link dev.serai.sample.HttpFile} first: the request that a
 * partner sent, as a file.
 */
package dev.serai.sample;
