package dev.serai.stripe;

import com.stripe.model.BalanceTransaction;
import com.stripe.model.BalanceTransactionCollection;
import com.stripe.model.Charge;
import com.stripe.model.ChargeCollection;
import com.stripe.model.Customer;
import com.stripe.model.CustomerCollection;
import com.stripe.model.Invoice;
import com.stripe.model.InvoiceCollection;
import com.stripe.model.PaymentIntent;
import com.stripe.model.PaymentIntentCollection;
import com.stripe.model.PaymentMethod;
import com.stripe.model.PaymentMethodCollection;
import com.stripe.model.Price;
import com.stripe.model.PriceCollection;
import com.stripe.model.Product;
import com.stripe.model.ProductCollection;
import com.stripe.model.Refund;
import com.stripe.model.RefundCollection;
import com.stripe.model.StripeObject;
import com.stripe.model.Subscription;
import com.stripe.model.SubscriptionCollection;
import com.stripe.net.ApiResource.RequestMethod;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/** What a {@code stripe:} URI can name: the ten operations of the official component, each with its methods, and raw. */
enum StripeOperation {
    CHARGES("charges", Charge.class, ChargeCollection.class, Method.CAPTURE),
    CUSTOMERS("customers", Customer.class, CustomerCollection.class, Method.DELETE),
    PAYMENT_INTENTS("payment_intents", PaymentIntent.class, PaymentIntentCollection.class, Method.CANCEL),
    PAYMENT_METHODS("payment_methods", PaymentMethod.class, PaymentMethodCollection.class),
    REFUNDS("refunds", Refund.class, RefundCollection.class),
    SUBSCRIPTIONS("subscriptions", Subscription.class, SubscriptionCollection.class, Method.CANCEL),
    INVOICES("invoices", Invoice.class, InvoiceCollection.class),
    PRODUCTS("products", Product.class, ProductCollection.class, Method.DELETE),
    PRICES("prices", Price.class, PriceCollection.class),
    BALANCE_TRANSACTIONS("balance_transactions", BalanceTransaction.class, BalanceTransactionCollection.class),
    /** A GET of any path, answered as it comes. */
    RAW("", StripeObject.class, StripeObject.class);

    /** What is done with the object, by header {@code CamelStripeMethod}. */
    enum Method {
        CREATE, RETRIEVE, UPDATE, DELETE, LIST, CANCEL, CAPTURE;

        /** Case does not matter; nothing at all means create, as in the official component. */
        static Method of(String word) {
            if (word == null || word.isBlank()) {
                return CREATE;
            }
            try {
                return valueOf(word.toUpperCase(Locale.ROOT));
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException("'" + word + "' is no method; there are create, retrieve, update, "
                        + "delete, list, cancel, capture", e);
            }
        }

        boolean needsId() {
            return this != CREATE && this != LIST;
        }
    }

    final String path;
    final Class<? extends StripeObject> model;
    final Class<? extends StripeObject> list;
    private final Set<Method> methods;

    StripeOperation(String path, Class<? extends StripeObject> model, Class<? extends StripeObject> list, Method... more) {
        this.path = path;
        this.model = model;
        this.list = list;
        this.methods = EnumSet.of(Method.RETRIEVE, Method.LIST);
        if (!path.equals("balance_transactions")) {
            methods.add(Method.CREATE);
            methods.add(Method.UPDATE);
        }
        methods.addAll(Arrays.asList(more));
    }

    /** {@code paymentIntents} */
    String word() {
        StringBuilder word = new StringBuilder();
        for (String part : name().toLowerCase(Locale.ROOT).split("_")) {
            word.append(word.isEmpty() ? part : Character.toUpperCase(part.charAt(0)) + part.substring(1));
        }
        return word.toString();
    }

    static StripeOperation of(String word) {
        return Arrays.stream(values()).filter(operation -> operation.word().equals(word)).findFirst()
                .orElseThrow(() -> new IllegalArgumentException("'" + word + "' is no operation of stripe:; there are "
                        + Arrays.stream(values()).map(StripeOperation::word).collect(Collectors.joining(", "))));
    }

    void require(Method method) {
        if (!methods.contains(method)) {
            throw new IllegalArgumentException("stripe:" + word() + " has no " + method.name().toLowerCase(Locale.ROOT)
                    + "; it has " + methods.stream().map(one -> one.name().toLowerCase(Locale.ROOT))
                    .collect(Collectors.joining(", ")));
        }
    }

    RequestMethod verb(Method method) {
        return switch (method) {
            case RETRIEVE, LIST -> RequestMethod.GET;
            case DELETE -> RequestMethod.DELETE;
            case CANCEL -> this == SUBSCRIPTIONS ? RequestMethod.DELETE : RequestMethod.POST;
            case CREATE, UPDATE, CAPTURE -> RequestMethod.POST;
        };
    }

    /** @param id as it may stand in a URL; empty where the method needs none */
    String url(Method method, String id) {
        String all = "/v1/" + path;
        return switch (method) {
            case CREATE, LIST -> all;
            case RETRIEVE, UPDATE, DELETE -> all + "/" + id;
            case CANCEL -> this == SUBSCRIPTIONS ? all + "/" + id : all + "/" + id + "/cancel";
            case CAPTURE -> all + "/" + id + "/capture";
        };
    }
}
