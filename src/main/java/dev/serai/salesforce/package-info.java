/**
 * What reading from Salesforce needs besides camel-salesforce: describes, rows as the hub's JSON whichever API they came
 * through, and refresh tokens that are replaced. Imports {@code model} only. Read {@link dev.serai.salesforce.Describe}
 * first, then {@link dev.serai.salesforce.BulkCsv}.
 */
package dev.serai.salesforce;
