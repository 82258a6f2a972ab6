package wasm2obj.text;

import java.util.Arrays;

/**
 * Instructions, plain and folded in any mixture, written in the order of the binary format.
 *
 * <p>A folded instruction stands before its operands but is executed after them. So its bytes, which do not depend on
 * them, are made at once and wait on a stack of bytes, {@link #pending}, until its parenthesis closes; what nests, folded
 * instructions and blocks alike, is a frame on a stack of this class's own. Nothing recurses, so the depth of the text
 * is limited by memory alone.
 */
final class InstructionReader {
    // Kinds of frames: what is open, and so what may come next and what ends it.
    private static final byte FOLDED = 0;
    private static final byte BLOCK = 1;
    private static final byte IF = 2;
    private static final byte ELSE = 3;
    private static final byte TRY = 4;
    private static final byte CATCH = 5;
    private static final byte CATCH_ALL = 6;
    private static final byte FOLDED_BLOCK = 7;
    private static final byte CONDITION = 8;
    private static final byte FOLDED_IF = 9;
    private static final byte AFTER_THEN = 10;
    private static final byte AFTER_ELSE = 11;
    private static final byte FOLDED_TRY = 12;
    private static final byte AFTER_DO = 13;
    private static final byte AFTER_CATCH = 14;
    private static final byte AFTER_CATCH_ALL = 15;
    private static final byte AFTER_DELEGATE = 16;

    /** The instructions in {@code (then}, {@code (else}, {@code (do} or {@code (catch}. */
    private static final byte CLAUSE = 17;

    private static final int NO_HINT = -1;

    private final Tokens tokens;
    private final Lexer lexer;
    private final ModuleScope scope;
    private final TypeReader types;
    private final ImmediateReader immediates;
    private final Labels labels = new Labels();
    private final BranchHintWriter hints = new BranchHintWriter();

    private ByteSink out;
    private boolean inFunction;
    private boolean usesDataCount;

    // The stack of frames.
    private byte[] kinds = new byte[64];
    private int[] positions = new int[64];
    private int[] frameHints = new int[64];
    private int[] pendingStarts = new int[64];
    private int[] symbols = new int[64];
    private int[] labelNames = new int[64];
    private int depth;

    private final ByteSink pending = new ByteSink();

    /** The hint for the next instruction. */
    private int hint = NO_HINT;

    /** The name of the label that was read last, for the name section. */
    private int labelName;

    InstructionReader(Tokens tokens, ModuleScope scope, TypeReader types, IndexSpace locals) {
        this.tokens = tokens;
        this.lexer = tokens.lexer();
        this.scope = scope;
        this.types = types;
        this.immediates = new ImmediateReader(tokens, scope, types, locals, labels);
    }

    BranchHintWriter hints() {
        return hints;
    }

    /** The names of the labels of the function that was read last. */
    IndexSpace labelNames() {
        return labels.names();
    }

    /** Whether a function uses data segments: then their number must be known before the code. */
    boolean usesDataCount() {
        return usesDataCount;
    }

    // ---- entries ----

    /** Reads a function's instructions up to the closing parenthesis, and ends them. */
    void body(ByteSink target) {
        inFunction = true;
        instructions(target);
        inFunction = false;
        usesDataCount |= immediates.takeUsesDataCount();
    }

    /** Reads a constant expression up to the closing parenthesis, and ends it. */
    void expression(ByteSink target) {
        instructions(target);
    }

    private void instructions(ByteSink target) {
        begin(target);
        while (depth > 0 || lexer.kind() != Lexer.CLOSE) {
            step();
        }
        finish();
    }

    /** Reads one folded instruction as a constant expression, and ends it. */
    void foldedExpression(ByteSink target) {
        begin(target);
        if (lexer.kind() != Lexer.OPEN) {
            throw lexer.unexpected("an instruction in parentheses");
        }
        do {
            step();
        } while (depth > 0);
        finish();
    }

    private void begin(ByteSink target) {
        out = target;
        depth = 0;
        pending.clear();
        labels.clear();
        hint = NO_HINT;
    }

    private void finish() {
        checkNoHint();
        out.mark(lexer.position());
        out.u8(Instructions.END);
        if (!inFunction) {
            immediates.takeUsesDataCount();
        }
    }

    private void step() {
        switch (lexer.kind()) {
            case Lexer.KEYWORD -> plain();
            case Lexer.OPEN -> open();
            case Lexer.CLOSE -> close();
            case Lexer.ANNOTATION -> annotation();
            default -> throw lexer.unexpected("an instruction");
        }
    }

    // ---- frames ----

    private void push(byte kind, int position) {
        if (depth == kinds.length) {
            kinds = Arrays.copyOf(kinds, 2 * depth);
            positions = Arrays.copyOf(positions, 2 * depth);
            frameHints = Arrays.copyOf(frameHints, 2 * depth);
            pendingStarts = Arrays.copyOf(pendingStarts, 2 * depth);
            symbols = Arrays.copyOf(symbols, 2 * depth);
            labelNames = Arrays.copyOf(labelNames, 2 * depth);
        }
        kinds[depth] = kind;
        positions[depth] = position;
        depth++;
    }

    /** The innermost frame, or a block if nothing is open. */
    private byte top() {
        return depth == 0 ? BLOCK : kinds[depth - 1];
    }

    private boolean takesPlain(byte kind) {
        return kind <= CATCH_ALL && kind != FOLDED || kind == FOLDED_BLOCK || kind == CLAUSE;
    }

    /** Notes where an instruction that is written next comes from, and its hint. */
    private void mark(int position, int instructionHint) {
        out.mark(position);
        if (instructionHint != NO_HINT) {
            hints.add(out.length(), instructionHint);
        }
    }

    private int takeHint(int row) {
        int taken = hint;
        hint = NO_HINT;
        if (taken != NO_HINT
                && Instructions.opcode(row) != Instructions.IF
                && Instructions.opcode(row) != Instructions.BR_IF) {
            throw lexer.error("@metadata.code.branch_hint annotation: invalid target");
        }
        return taken;
    }

    private void checkNoHint() {
        if (hint != NO_HINT) {
            throw lexer.error(Annotation.BRANCH_HINT.misplaced());
        }
    }

    // ---- plain instructions ----

    private int row() {
        if (lexer.word() < Words.INSTRUCTION) {
            throw lexer.unexpected("an instruction");
        }
        return lexer.word() - Words.INSTRUCTION;
    }

    private void plain() {
        if (!takesPlain(top())) {
            throw lexer.unexpected("( or )");
        }
        int row = row();
        int position = lexer.start();
        int taken = takeHint(row);
        switch (Instructions.shape(row)) {
            case BLOCK, TRY_TABLE -> plainBlock(row, BLOCK, NO_HINT);
            case IF -> plainBlock(row, IF, taken);
            case TRY -> plainBlock(row, TRY, NO_HINT);
            case ELSE -> plainElse();
            case CATCH, CATCH_ALL -> plainCatch(row);
            case DELEGATE -> plainDelegate();
            case END -> plainEnd();
            default -> {
                mark(position, taken);
                lexer.next();
                immediates.write(row, out);
            }
        }
    }

    private void plainBlock(int row, byte kind, int taken) {
        int position = lexer.start();
        mark(position, taken);
        lexer.next();
        int symbol = blockHeader(row, out);
        labels.push(symbol, labelName);
        push(kind, position);
    }

    /** Writes a block's opcode, type and catch clauses; returns the symbol of its label. */
    private int blockHeader(int row, ByteSink target) {
        int symbol = tokens.identifier();
        int name = tokens.nameAnnotation();
        labelName = name == Symbols.NONE ? symbol : name;
        target.u8(Instructions.opcode(row));
        types.blockType(target);
        if (Instructions.shape(row) == Shape.TRY_TABLE) {
            catchClauses(target);
        }
        return symbol;
    }

    /** Reads the clauses of {@code try_table}. Their labels are those outside of it. */
    private void catchClauses(ByteSink target) {
        ByteSink clauses = new ByteSink();
        int count = 0;
        while (lexer.kind() == Lexer.OPEN) {
            int kind = catchKind();
            if (kind < 0) {
                break;
            }
            lexer.next();
            clauses.u8(kind);
            if (kind < 2) {
                clauses.u32(tokens.index(scope.tags));
            }
            clauses.u32(immediates.label());
            tokens.close();
            count++;
        }
        target.u32(count);
        target.append(clauses);
    }

    private int catchKind() {
        if (lexer.word() >= Words.INSTRUCTION) {
            return switch (Instructions.opcode(row())) {
                case Instructions.CATCH -> 0;
                case Instructions.CATCH_ALL -> 2;
                default -> -1;
            };
        }
        return switch (lexer.word()) {
            case Words.CATCH_REF -> 1;
            case Words.CATCH_ALL_REF -> 3;
            default -> -1;
        };
    }

    private void plainElse() {
        if (top() != IF) {
            throw lexer.error("unexpected else");
        }
        writeDelimiter(Instructions.ELSE);
        checkLabel();
        kinds[depth - 1] = ELSE;
    }

    private void plainCatch(int row) {
        byte top = top();
        if (depth == 0 || top != TRY && top != CATCH) {
            throw lexer.unexpected("an instruction");
        }
        boolean all = Instructions.shape(row) == Shape.CATCH_ALL;
        writeDelimiter(Instructions.opcode(row));
        if (!all) {
            out.u32(tokens.index(scope.tags));
        }
        kinds[depth - 1] = all ? CATCH_ALL : CATCH;
    }

    private void plainDelegate() {
        if (top() != TRY) {
            throw lexer.unexpected("an instruction");
        }
        writeDelimiter(Instructions.DELEGATE);
        labels.pop();
        depth--;
        out.u32(immediates.label());
    }

    private void plainEnd() {
        byte top = top();
        if (depth == 0 || top < BLOCK || top > CATCH_ALL) {
            throw lexer.error("unexpected end");
        }
        writeDelimiter(Instructions.END);
        checkLabel();
        labels.pop();
        depth--;
    }

    private void writeDelimiter(int opcode) {
        checkNoHint();
        out.mark(lexer.position());
        out.u8(opcode);
        lexer.next();
    }

    /** A label after {@code end} or {@code else} must be the block's. */
    private void checkLabel() {
        if (lexer.kind() == Lexer.IDENTIFIER) {
            int at = lexer.start();
            int symbol = tokens.identifier();
            if (symbol != labels.innermost()) {
                throw lexer.error(at, "mismatching label $" + tokens.symbols().text(symbol));
            }
        }
    }

    // ---- folded instructions ----

    private void open() {
        byte top = top();
        switch (top) {
            case CONDITION -> {
                if (lexer.isOpen(Words.THEN)) {
                    then();
                    return;
                }
            }
            case AFTER_THEN -> {
                alternative();
                return;
            }
            case FOLDED_TRY, AFTER_DO, AFTER_CATCH -> {
                tryClause();
                return;
            }
            case AFTER_ELSE, AFTER_CATCH_ALL, AFTER_DELEGATE -> throw lexer.unexpected(")");
            default -> {}
        }
        folded();
    }

    private void folded() {
        int row = row();
        int taken = takeHint(row);
        switch (Instructions.shape(row)) {
            case BLOCK, TRY_TABLE -> foldedBlock(row, FOLDED_BLOCK);
            case TRY -> foldedBlock(row, FOLDED_TRY);
            case IF -> wait(row, CONDITION, taken);
            case ELSE, END, CATCH, CATCH_ALL, DELEGATE -> throw lexer.unexpected("an instruction");
            default -> wait(row, FOLDED, taken);
        }
    }

    private void foldedBlock(int row, byte kind) {
        int position = lexer.position();
        mark(position, NO_HINT);
        lexer.next();
        labels.push(blockHeader(row, out), labelName);
        push(kind, position);
    }

    /** Makes an instruction's bytes, which are written after its operands. */
    private void wait(int row, byte kind, int taken) {
        push(kind, lexer.position());
        int frame = depth - 1;
        frameHints[frame] = taken;
        pendingStarts[frame] = pending.length();
        lexer.next();
        if (kind == CONDITION) {
            symbols[frame] = blockHeader(row, pending);
            labelNames[frame] = labelName;
        } else {
            immediates.write(row, pending);
        }
    }

    private void writePending() {
        int frame = depth - 1;
        mark(positions[frame], frameHints[frame]);
        out.bytes(pending.array(), pendingStarts[frame], pending.length());
        pending.truncate(pendingStarts[frame]);
    }

    private void then() {
        checkNoHint();
        int frame = depth - 1;
        writePending();
        labels.push(symbols[frame], labelNames[frame]);
        kinds[frame] = FOLDED_IF;
        clause();
    }

    private void clause() {
        push(CLAUSE, lexer.position());
        lexer.next();
    }

    private void alternative() {
        if (lexer.word() < Words.INSTRUCTION || Instructions.opcode(row()) != Instructions.ELSE) {
            throw lexer.unexpected("(else or )");
        }
        checkNoHint();
        out.mark(lexer.position());
        out.u8(Instructions.ELSE);
        kinds[depth - 1] = AFTER_ELSE;
        clause();
    }

    private void tryClause() {
        checkNoHint();
        int frame = depth - 1;
        if (kinds[frame] == FOLDED_TRY) {
            if (!lexer.isOpen(Words.DO)) {
                throw lexer.unexpected("(do");
            }
            clause();
            return;
        }
        int row = row();
        out.mark(lexer.position());
        switch (Instructions.shape(row)) {
            case CATCH -> {
                clause();
                out.u8(Instructions.CATCH);
                out.u32(tokens.index(scope.tags));
                kinds[frame] = AFTER_CATCH;
            }
            case CATCH_ALL -> {
                clause();
                out.u8(Instructions.CATCH_ALL);
                kinds[frame] = AFTER_CATCH_ALL;
            }
            case DELEGATE -> {
                if (kinds[frame] == AFTER_CATCH) {
                    throw lexer.unexpected("(catch, (catch_all or )");
                }
                lexer.next();
                out.u8(Instructions.DELEGATE);
                labels.pop();
                out.u32(immediates.label());
                tokens.close();
                kinds[frame] = AFTER_DELEGATE;
            }
            default -> throw lexer.unexpected("(catch, (catch_all or (delegate");
        }
    }

    private void close() {
        checkNoHint();
        int frame = depth - 1;
        switch (top()) {
            case FOLDED -> {
                writePending();
                depth--;
            }
            case FOLDED_BLOCK, AFTER_THEN, AFTER_ELSE, AFTER_DO, AFTER_CATCH, AFTER_CATCH_ALL -> {
                out.mark(lexer.position());
                out.u8(Instructions.END);
                labels.pop();
                depth--;
            }
            case AFTER_DELEGATE -> depth--;
            case CLAUSE -> {
                depth--;
                endClause();
            }
            case CONDITION -> throw lexer.unexpected("(then");
            case FOLDED_TRY -> throw lexer.unexpected("(do");
            default ->
                    throw lexer.error(positions[frame], "unclosed block: there is no end for it");
        }
        lexer.next();
    }

    private void endClause() {
        int frame = depth - 1;
        if (kinds[frame] == FOLDED_IF) {
            kinds[frame] = AFTER_THEN;
        } else if (kinds[frame] == FOLDED_TRY) {
            kinds[frame] = AFTER_DO;
        }
    }

    // ---- annotations ----

    private void annotation() {
        if (lexer.annotation() != Annotation.BRANCH_HINT || !inFunction) {
            throw lexer.unexpected("an instruction");
        }
        if (hint != NO_HINT) {
            throw lexer.error("@metadata.code.branch_hint annotation: duplicate annotation");
        }
        int at = lexer.position();
        lexer.next();
        ByteSink value = new ByteSink();
        tokens.strings(value);
        if (value.length() != 1 || value.array()[0] < 0 || value.array()[0] > 1) {
            throw lexer.error(at, "@metadata.code.branch_hint annotation: invalid hint");
        }
        if (lexer.kind() != Lexer.CLOSE) {
            throw lexer.error("@metadata.code.branch_hint annotation: unexpected token");
        }
        hint = value.array()[0];
        lexer.next();
    }
}
