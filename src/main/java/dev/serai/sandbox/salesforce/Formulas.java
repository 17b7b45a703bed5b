package dev.serai.sandbox.salesforce;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.math.RoundingMode;

/** The fields that follow from others of their row. */
final class Formulas {

    private Formulas() {
    }

    static void compute(SObject sobject, ObjectNode row) {
        switch (sobject.name()) {
            case "Opportunity" -> product(row, "ExpectedRevenue", "Amount", percent(row, "Probability"));
            case "Invoice__c" -> product(row, "Total__c", "Amount__c", BigDecimal.ONE.subtract(percent(row, "Discount__c")));
            default -> { }
        }
    }

    private static BigDecimal percent(ObjectNode row, String field) {
        return row.has(field) ? row.get(field).decimalValue().movePointLeft(2) : BigDecimal.ZERO;
    }

    private static void product(ObjectNode row, String field, String of, BigDecimal factor) {
        if (row.has(of)) {
            BigDecimal product = row.get(of).decimalValue().multiply(factor).setScale(2,
                    RoundingMode.HALF_UP).stripTrailingZeros();
            row.put(field, product.scale() < 1 ? product.setScale(1) : product);
        } else {
            row.remove(field);
        }
    }
}
