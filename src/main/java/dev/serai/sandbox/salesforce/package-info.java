/**
 * A stateful fake of Salesforce: an org with rows, its REST API, its Bulk API 2.0, its logins. Imports {@code sandbox} and
 * {@code model} only. Read {@link dev.serai.sandbox.salesforce.SalesforceFake} first, then
 * {@link dev.serai.sandbox.salesforce.Org}.
 */
package dev.serai.sandbox.salesforce;
