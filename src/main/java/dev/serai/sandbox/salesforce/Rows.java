package dev.serai.sandbox.salesforce;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Optional;

/** The rows of one sobject, as its queries see them. A row has no entry for a field that is null. */
interface Rows {

    /** @param deletedToo whether those in the recycle bin count, and archived activities */
    Selection select(Soql query, boolean deletedToo);

    /** The row of this id, also if it is in the recycle bin. */
    Optional<ObjectNode> find(String id);

    /** What a query found when it was asked; later changes do not show. */
    interface Selection {

        int size();

        List<ObjectNode> rows(int from, int count);
    }
}
