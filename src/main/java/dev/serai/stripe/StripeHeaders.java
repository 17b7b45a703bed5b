package dev.serai.stripe;

import org.apache.camel.spi.Metadata;

/** Names of headers; all begin with Camel, so none of them comes in with a request from outside. */
public final class StripeHeaders {

    @Metadata(description = "create (if not set), retrieve, update, delete, list, cancel or capture", javaType = "String")
    public static final String METHOD = "CamelStripeMethod";

    @Metadata(description = "Id of the object of all methods but create and list", javaType = "String")
    public static final String OBJECT_ID = "CamelStripeObjectId";

    @Metadata(description = "One of the ten operations, instead of the endpoint's", javaType = "String")
    public static final String OPERATION = "CamelStripeOperation";

    @Metadata(description = "raw: path of the GET, such as /v1/charges", javaType = "String")
    public static final String PATH = "CamelStripePath";

    @Metadata(description = "raw: query, encoded already, such as limit=100&created%5Bgte%5D=1", javaType = "String")
    public static final String QUERY = "CamelStripeQuery";

    @Metadata(description = "raw: API version, instead of the endpoint's", javaType = "String")
    public static final String VERSION = "CamelStripeVersion";

    @Metadata(description = "raw: status of the answer", javaType = "int")
    public static final String STATUS = "CamelStripeStatus";

    private StripeHeaders() {
    }
}
