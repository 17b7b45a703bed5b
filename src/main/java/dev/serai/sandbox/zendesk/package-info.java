/**
 * A stateful fake of Zendesk's Support API. Imports {@code sandbox} and {@code model} only. Read
 * {@link dev.serai.sandbox.zendesk.ZendeskFake} first, then {@link dev.serai.sandbox.zendesk.Desk}, which is the account.
 */
package dev.serai.sandbox.zendesk;
