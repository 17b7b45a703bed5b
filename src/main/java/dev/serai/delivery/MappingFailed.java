package dev.serai.delivery;

/** An event of which the partner's mapping can make no items: it becomes a dead letter. */
final class MappingFailed extends Exception {

    private static final long serialVersionUID = 1;

    private final String code;

    MappingFailed(String code, String message) {
        super(message);
        this.code = code;
    }

    String code() {
        return code;
    }
}
