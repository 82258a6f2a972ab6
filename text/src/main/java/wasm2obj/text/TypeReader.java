package wasm2obj.text;

import java.util.Arrays;

/**
 * Types and uses of types.
 *
 * <p>A use of a function type may name a type, spell it out, or both. One that only spells it out means the first type
 * with that signature, and where there is none a new type after all others, in the order in which such uses stand in the
 * text (specification, "Type Uses"). So the module's own types are all read before anything that uses one.
 */
final class TypeReader {
    private static final int FUNCTION_TYPE = 0x60;
    private static final int STRUCT_TYPE = 0x5f;
    private static final int ARRAY_TYPE = 0x5e;
    private static final int SUB = 0x50;
    private static final int SUB_FINAL = 0x4f;
    private static final int RECURSION = 0x4e;
    private static final int REF = 0x64;
    private static final int REF_NULL = 0x63;
    private static final int EMPTY_BLOCK = 0x40;

    private final Tokens tokens;
    private final Lexer lexer;
    private final ModuleScope scope;
    private final NameSectionWriter names;

    private final ByteSink section = new ByteSink();
    private int sectionCount;

    /** Signatures, as the binary format has them, as numbers. */
    private final Symbols signatures = new Symbols();

    /** For each signature 1 + the first type that has it and that a type use may mean; 0 if there is none. */
    private int[] firstType = new int[16];

    /** For each type its signature, or -1 if it is no function type. */
    private int[] signatureOf = new int[16];

    private int[] parameterCounts = new int[16];

    /** Number of types that have been read; later ones of the text are not known yet. */
    private int typeCount;

    private final ByteSink parameters = new ByteSink();
    private final ByteSink results = new ByteSink();
    private final ByteSink signature = new ByteSink();
    private int parameterCount;
    private int resultCount;

    private final ByteSink heap = new ByteSink();
    private final IndexSpace fields = new IndexSpace("field");

    /** Stands for the names of parameters that nobody asks for. */
    private final IndexSpace unusedNames = new IndexSpace("parameter");

    TypeReader(Tokens tokens, ModuleScope scope, NameSectionWriter names) {
        this.tokens = tokens;
        this.lexer = tokens.lexer();
        this.scope = scope;
        this.names = names;
    }

    /** The type section without its count. */
    ByteSink section() {
        return section;
    }

    /** The number of entries in the section. */
    int sectionCount() {
        return sectionCount;
    }

    // ---- value types ----

    /** The byte of a keyword that is a number, vector or reference type, or 0. */
    private static int valueTypeByte(int word) {
        return switch (word) {
            case Words.I32 -> 0x7f;
            case Words.I64 -> 0x7e;
            case Words.F32 -> 0x7d;
            case Words.F64 -> 0x7c;
            case Words.V128 -> 0x7b;
            default -> referenceTypeByte(word);
        };
    }

    /** The byte of a keyword that is an abbreviated reference type, which is also that of its heap type; or 0. */
    private static int referenceTypeByte(int word) {
        return switch (word) {
            case Words.FUNCREF -> 0x70;
            case Words.EXTERNREF -> 0x6f;
            case Words.ANYREF -> 0x6e;
            case Words.EQREF -> 0x6d;
            case Words.I31REF -> 0x6c;
            case Words.STRUCTREF -> 0x6b;
            case Words.ARRAYREF -> 0x6a;
            case Words.EXNREF -> 0x69;
            case Words.NULLREF -> 0x71;
            case Words.NULLEXTERNREF -> 0x72;
            case Words.NULLFUNCREF -> 0x73;
            case Words.NULLEXNREF -> 0x74;
            default -> 0;
        };
    }

    private static int heapTypeByte(int word) {
        return switch (word) {
            case Words.FUNC -> 0x70;
            case Words.EXTERN -> 0x6f;
            case Words.ANY -> 0x6e;
            case Words.EQ -> 0x6d;
            case Words.I31 -> 0x6c;
            case Words.STRUCT -> 0x6b;
            case Words.ARRAY -> 0x6a;
            case Words.EXN -> 0x69;
            case Words.NONE -> 0x71;
            case Words.NOEXTERN -> 0x72;
            case Words.NOFUNC -> 0x73;
            case Words.NOEXN -> 0x74;
            default -> 0;
        };
    }

    /** Whether a value type starts here. */
    boolean isValueType() {
        return lexer.isOpen(Words.REF)
                || lexer.kind() == Lexer.KEYWORD && valueTypeByte(lexer.word()) != 0;
    }

    /** Whether a reference type starts here. */
    boolean isReferenceType() {
        return lexer.isOpen(Words.REF)
                || lexer.kind() == Lexer.KEYWORD && referenceTypeByte(lexer.word()) != 0;
    }

    void valueType(ByteSink out) {
        int code = lexer.kind() == Lexer.KEYWORD ? valueTypeByte(lexer.word()) : 0;
        if (code != 0) {
            out.u8(code);
            lexer.next();
        } else if (lexer.isOpen(Words.REF)) {
            referenceType(out);
        } else {
            throw lexer.unexpected("a value type");
        }
    }

    /** Writes a reference type, in its short form where it has one. */
    void referenceType(ByteSink out) {
        heap.clear();
        boolean nullable = nullableHeapType(heap);
        boolean isShort = nullable && heap.length() == 1 && (heap.array()[0] & 0xc0) == 0x40;
        if (!isShort) {
            out.u8(nullable ? REF_NULL : REF);
        }
        out.append(heap);
    }

    /** Reads a reference type, writes its heap type and returns whether it is nullable. */
    boolean nullableHeapType(ByteSink out) {
        if (lexer.kind() == Lexer.KEYWORD && referenceTypeByte(lexer.word()) != 0) {
            out.u8(referenceTypeByte(lexer.word()));
            lexer.next();
            return true;
        }
        if (!tokens.takeOpen(Words.REF)) {
            throw lexer.unexpected("a reference type");
        }
        boolean nullable = tokens.takeKeyword(Words.NULL);
        heapType(out);
        tokens.close();
        return nullable;
    }

    void heapType(ByteSink out) {
        if (lexer.kind() == Lexer.KEYWORD && heapTypeByte(lexer.word()) != 0) {
            out.u8(heapTypeByte(lexer.word()));
            lexer.next();
        } else if (tokens.isIndex()) {
            out.s64(Integer.toUnsignedLong(tokens.index(scope.types)));
        } else {
            throw lexer.unexpected("a heap type");
        }
    }

    // ---- signatures ----

    /** Reads parameters and results; the former add to the space, or must have no names if it is null. */
    private void signature(IndexSpace locals) {
        parameters.clear();
        parameterCount = 0;
        while (tokens.takeOpen(Words.PARAM)) {
            parameterCount += declarations(parameters, locals);
        }
        results();
    }

    private void results() {
        results.clear();
        resultCount = 0;
        while (tokens.takeOpen(Words.RESULT)) {
            while (!tokens.atClose()) {
                valueType(results);
                resultCount++;
            }
            lexer.next();
        }
        if (lexer.isOpen(Words.PARAM)) {
            throw lexer.error("unexpected token (param after (result");
        }
    }

    /**
     * Reads what is in {@code (param} or {@code (local}: one type with an identifier, or any number without. Returns how
     * many.
     */
    int declarations(ByteSink out, IndexSpace locals) {
        if (lexer.kind() == Lexer.IDENTIFIER || lexer.kind() == Lexer.ANNOTATION) {
            if (locals == null) {
                throw lexer.unexpected("a value type");
            }
            if (locals == unusedNames) {
                tokens.skipDefinition();
            } else {
                tokens.define(locals);
            }
            valueType(out);
            tokens.close();
            return 1;
        }
        int count = 0;
        while (!tokens.atClose()) {
            valueType(out);
            count++;
        }
        lexer.next();
        if (locals != null && locals != unusedNames) {
            locals.addUnnamed(count);
        }
        return count;
    }

    /** The number of the signature that has just been read. */
    private int internSignature() {
        signature.clear();
        signature.u32(parameterCount);
        signature.append(parameters);
        signature.u32(resultCount);
        signature.append(results);
        int number = signatures.intern(signature.array(), 0, signature.length());
        if (number >= firstType.length) {
            firstType = Arrays.copyOf(firstType, 2 * number);
        }
        return number;
    }

    // ---- uses of types ----

    /**
     * Reads a type use and returns the type's index. Parameters add to {@code locals}, and must have no names if that is
     * null.
     */
    int typeUse(IndexSpace locals) {
        int at = lexer.position();
        boolean named = lexer.isOpen(Words.TYPE);
        int type = named ? namedType() : -1;
        boolean spelledOut = lexer.isOpen(Words.PARAM) || lexer.isOpen(Words.RESULT);
        if (named && !spelledOut) {
            if (locals != null) {
                locals.addUnnamed(isFunction(type) ? parameterCounts[type] : 0);
            }
            return type;
        }
        signature(locals);
        if (lexer.isOpen(Words.TYPE)) {
            throw lexer.error("unexpected token (type after a signature");
        }
        int number = internSignature();
        if (!named) {
            return implicitType(number, at);
        }
        if (type < 0 || type >= typeCount) {
            throw lexer.error(at, "unknown type " + Integer.toUnsignedString(type));
        }
        if (signatureOf[type] != number) {
            throw lexer.error(at, "inline function type differs from the type that is named");
        }
        return type;
    }

    private int namedType() {
        lexer.next();
        int type = tokens.index(scope.types);
        tokens.close();
        return type;
    }

    private boolean isFunction(int type) {
        return type >= 0 && type < typeCount && signatureOf[type] >= 0;
    }

    /** The first type of a signature, which is added if there is none. */
    private int implicitType(int number, int at) {
        if (firstType[number] == 0) {
            section.mark(at);
            section.u8(FUNCTION_TYPE);
            section.append(signature);
            sectionCount++;
            scope.types.addUnnamed(1);
            addType(number, parameterCount, true);
        }
        return firstType[number] - 1;
    }

    /** Writes a block type: nothing, one result, or a type. */
    void blockType(ByteSink out) {
        int at = lexer.position();
        if (lexer.isOpen(Words.TYPE)) {
            out.s64(Integer.toUnsignedLong(typeUse(null)));
            return;
        }
        if (!lexer.isOpen(Words.PARAM) && !lexer.isOpen(Words.RESULT)) {
            out.u8(EMPTY_BLOCK);
            return;
        }
        signature(null);
        if (lexer.isOpen(Words.TYPE)) {
            throw lexer.error("unexpected token (type after a signature");
        }
        if (parameterCount > 0 || resultCount > 1) {
            out.s64(implicitType(internSignature(), at));
        } else if (resultCount == 0) {
            out.u8(EMPTY_BLOCK);
        } else {
            out.append(results);
        }
    }

    /** Reads the results of a typed {@code select} and writes them as a vector. */
    void resultVector(ByteSink out) {
        results();
        out.u32(resultCount);
        out.append(results);
    }

    // ---- definitions ----

    /** Notes a type; {@code number} is its signature's or -1, {@code plain} says that a type use may mean it. */
    private void addType(int number, int parameterCount, boolean plain) {
        if (typeCount == signatureOf.length) {
            signatureOf = Arrays.copyOf(signatureOf, 2 * typeCount);
            parameterCounts = Arrays.copyOf(parameterCounts, 2 * typeCount);
        }
        signatureOf[typeCount] = number;
        parameterCounts[typeCount] = parameterCount;
        typeCount++;
        if (plain && number >= 0 && firstType[number] == 0) {
            firstType[number] = typeCount;
        }
    }

    /** Reads {@code (rec ...)}, from after the keyword; {@code at} is its position. */
    void recursionGroup(int at) {
        section.mark(at);
        ByteSink group = new ByteSink();
        int count = 0;
        while (lexer.isOpen(Words.TYPE)) {
            group.mark(lexer.position());
            lexer.next();
            definition(group, false);
            count++;
        }
        tokens.close();
        section.u8(RECURSION);
        section.u32(count);
        section.append(group);
        sectionCount++;
    }

    /** Reads {@code (type ...)}, from after the keyword; {@code at} is its position. */
    void type(int at) {
        section.mark(at);
        definition(section, true);
        sectionCount++;
    }

    private void definition(ByteSink out, boolean alone) {
        tokens.skipDefinition();
        if (!tokens.takeOpen(Words.SUB)) {
            composite(out, alone);
        } else {
            boolean isFinal = tokens.takeKeyword(Words.FINAL);
            ByteSink supertypes = new ByteSink();
            int count = 0;
            while (tokens.isIndex()) {
                supertypes.u32(tokens.index(scope.types));
                count++;
            }
            boolean plain = isFinal && count == 0;
            if (!plain) {
                out.u8(isFinal ? SUB_FINAL : SUB);
                out.u32(count);
                out.append(supertypes);
            }
            composite(out, alone && plain);
            tokens.close();
        }
        tokens.close();
    }

    private void composite(ByteSink out, boolean plain) {
        if (tokens.takeOpen(Words.FUNC)) {
            signature(unusedNames);
            int number = internSignature();
            out.u8(FUNCTION_TYPE);
            out.append(signature);
            addType(number, parameterCount, plain);
        } else if (tokens.takeOpen(Words.STRUCT)) {
            struct(out);
            addType(-1, 0, false);
        } else if (tokens.takeOpen(Words.ARRAY)) {
            out.u8(ARRAY_TYPE);
            fieldType(out);
            addType(-1, 0, false);
        } else {
            throw lexer.unexpected("(func, (struct or (array");
        }
        tokens.close();
    }

    private void struct(ByteSink out) {
        ByteSink types = new ByteSink();
        fields.clear();
        while (tokens.takeOpen(Words.FIELD)) {
            if (lexer.kind() == Lexer.IDENTIFIER || lexer.kind() == Lexer.ANNOTATION) {
                namedField(types);
            } else {
                while (!tokens.atClose()) {
                    fieldType(types);
                    fields.addUnnamed(1);
                }
            }
            tokens.close();
        }
        out.u8(STRUCT_TYPE);
        out.u32(fields.size());
        out.append(types);
        names.add(NameSectionWriter.FIELDS, typeCount, fields);
    }

    private void namedField(ByteSink types) {
        int at = lexer.start();
        int symbol = tokens.identifier();
        if (!fields.add(symbol)) {
            throw lexer.error(at, "duplicate field $" + tokens.symbols().text(symbol));
        }
        if (symbol != Symbols.NONE) {
            scope.addField(typeCount, symbol, fields.size() - 1);
        }
        int name = tokens.nameAnnotation();
        if (name != Symbols.NONE) {
            fields.nameLast(name);
        }
        fieldType(types);
    }

    private void fieldType(ByteSink out) {
        boolean mutable = tokens.takeOpen(Words.MUT);
        if (tokens.takeKeyword(Words.I8)) {
            out.u8(0x78);
        } else if (tokens.takeKeyword(Words.I16)) {
            out.u8(0x77);
        } else {
            valueType(out);
        }
        if (mutable) {
            tokens.close();
        }
        out.u8(mutable ? 1 : 0);
    }
}
