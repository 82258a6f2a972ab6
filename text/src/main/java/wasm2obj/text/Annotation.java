package wasm2obj.text;

/** The annotations that mean something here (specification, appendix "Custom Sections"). */
enum Annotation {
    CUSTOM("custom"),
    NAME("name"),
    BRANCH_HINT("metadata.code.branch_hint");

    private static final Annotation[] ALL = values();

    private final String id;

    Annotation(String id) {
        this.id = id;
    }

    /** The annotation of that id, or null. */
    static Annotation named(byte[] text, int start, int end) {
        for (Annotation annotation : ALL) {
            if (annotation.id.length() == end - start && annotation.matches(text, start)) {
                return annotation;
            }
        }
        return null;
    }

    private boolean matches(byte[] text, int start) {
        for (int i = 0; i < id.length(); i++) {
            if (text[start + i] != id.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    /** What to say when one stands where it cannot. */
    String misplaced() {
        return "misplaced @" + id + " annotation";
    }
}
