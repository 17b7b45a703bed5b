/**
 * What reading from Salesforce needs besides camel-salesforce: describes, and rows as the hub's JSON whichever API they
 * came through. Imports {@code model}, and of {@code warehouse} the names of columns. Read
 * {@link dev.serai.salesforce.Describe} first, then {@link dev.serai.salesforce.BulkCsv}.
 */
package dev.serai.salesforce;
