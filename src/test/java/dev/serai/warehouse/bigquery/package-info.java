/**
 * A fake of BigQuery's REST API for the unmodified client: what cannot run here follows Google's documents. Imports
 * nothing of Serai. Read {@link dev.serai.warehouse.bigquery.FakeBigQuery} first.
 */
package dev.serai.warehouse.bigquery;
