/**
 * Fakes of the partners' APIs on loopback, with state, paging, limits and faults on demand: for tests, for the demo, and
 * for people who try the hub without credentials. Imports {@code model} only. Read {@link dev.serai.sandbox.Sandbox}
 * first, then {@link dev.serai.sandbox.Fake}.
 */
package dev.serai.sandbox;
