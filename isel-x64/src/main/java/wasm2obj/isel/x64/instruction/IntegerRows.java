package wasm2obj.isel.x64.instruction;

import static wasm2obj.isel.x64.instruction.Feature.BMI1;
import static wasm2obj.isel.x64.instruction.Feature.BMI2;
import static wasm2obj.isel.x64.instruction.Feature.CX16;
import static wasm2obj.isel.x64.instruction.Feature.LZCNT;
import static wasm2obj.isel.x64.instruction.Feature.MOVBE;
import static wasm2obj.isel.x64.instruction.Feature.POPCNT;

/**
 * Integer, control and atomic instructions: the rows as in volume 2 of the manual, one encoding each.
 *
 * <p>A name is the mnemonic and the kinds of the operands. Full immediates take the short form where they fit, and the
 * accumulator's form where there is one; the encoder sees to both. Eight and sixteen bits are there where WebAssembly's
 * narrow loads, stores and atomics meet them.
 */
abstract class IntegerRows extends Rows {
    IntegerRows() {}

    // Arithmetic and logic with two operands

    public static final int ADD_R8_RM8 = row("add r8, r/m8 = 02 /r", RW | FLAGS);
    public static final int ADD_R16_RM16 = row("add r16, r/m16 = 66 03 /r", RW | FLAGS);
    public static final int ADD_R32_RM32 = row("add r32, r/m32 = 03 /r", RW | FLAGS);
    public static final int ADD_R64_RM64 = row("add r64, r/m64 = REX.W 03 /r", RW | FLAGS);
    public static final int ADD_RM8_R8 = row("add r/m8, r8 = 00 /r", RW | FLAGS);
    public static final int ADD_RM16_R16 = row("add r/m16, r16 = 66 01 /r", RW | FLAGS);
    public static final int ADD_RM32_R32 = row("add r/m32, r32 = 01 /r", RW | FLAGS);
    public static final int ADD_RM64_R64 = row("add r/m64, r64 = REX.W 01 /r", RW | FLAGS);
    public static final int ADD_RM8_IMM8 = row("add r/m8, imm8 = 80 /0 ib", RW | FLAGS | BARE);
    public static final int ADD_RM16_IMM16 =
            row("add r/m16, imm16 = 66 81 /0 iw", RW | FLAGS | SHORT | BARE);
    public static final int ADD_RM32_IMM32 =
            row("add r/m32, imm32 = 81 /0 id", RW | FLAGS | SHORT | BARE);
    public static final int ADD_RM64_IMM32 =
            row("add r/m64, imm32 = REX.W 81 /0 id", RW | FLAGS | SHORT | BARE);
    public static final int OR_R8_RM8 = row("or r8, r/m8 = 0A /r", RW | FLAGS);
    public static final int OR_R16_RM16 = row("or r16, r/m16 = 66 0B /r", RW | FLAGS);
    public static final int OR_R32_RM32 = row("or r32, r/m32 = 0B /r", RW | FLAGS);
    public static final int OR_R64_RM64 = row("or r64, r/m64 = REX.W 0B /r", RW | FLAGS);
    public static final int OR_RM8_R8 = row("or r/m8, r8 = 08 /r", RW | FLAGS);
    public static final int OR_RM16_R16 = row("or r/m16, r16 = 66 09 /r", RW | FLAGS);
    public static final int OR_RM32_R32 = row("or r/m32, r32 = 09 /r", RW | FLAGS);
    public static final int OR_RM64_R64 = row("or r/m64, r64 = REX.W 09 /r", RW | FLAGS);
    public static final int OR_RM8_IMM8 = row("or r/m8, imm8 = 80 /1 ib", RW | FLAGS | BARE);
    public static final int OR_RM16_IMM16 =
            row("or r/m16, imm16 = 66 81 /1 iw", RW | FLAGS | SHORT | BARE);
    public static final int OR_RM32_IMM32 =
            row("or r/m32, imm32 = 81 /1 id", RW | FLAGS | SHORT | BARE);
    public static final int OR_RM64_IMM32 =
            row("or r/m64, imm32 = REX.W 81 /1 id", RW | FLAGS | SHORT | BARE);
    public static final int ADC_R32_RM32 = row("adc r32, r/m32 = 13 /r", RW | USES | FLAGS);
    public static final int ADC_R64_RM64 = row("adc r64, r/m64 = REX.W 13 /r", RW | USES | FLAGS);
    public static final int ADC_RM32_R32 = row("adc r/m32, r32 = 11 /r", RW | USES | FLAGS);
    public static final int ADC_RM64_R64 = row("adc r/m64, r64 = REX.W 11 /r", RW | USES | FLAGS);
    public static final int ADC_RM32_IMM32 =
            row("adc r/m32, imm32 = 81 /2 id", RW | USES | FLAGS | SHORT | BARE);
    public static final int ADC_RM64_IMM32 =
            row("adc r/m64, imm32 = REX.W 81 /2 id", RW | USES | FLAGS | SHORT | BARE);
    public static final int SBB_R32_RM32 = row("sbb r32, r/m32 = 1B /r", RW | USES | FLAGS);
    public static final int SBB_R64_RM64 = row("sbb r64, r/m64 = REX.W 1B /r", RW | USES | FLAGS);
    public static final int SBB_RM32_R32 = row("sbb r/m32, r32 = 19 /r", RW | USES | FLAGS);
    public static final int SBB_RM64_R64 = row("sbb r/m64, r64 = REX.W 19 /r", RW | USES | FLAGS);
    public static final int SBB_RM32_IMM32 =
            row("sbb r/m32, imm32 = 81 /3 id", RW | USES | FLAGS | SHORT | BARE);
    public static final int SBB_RM64_IMM32 =
            row("sbb r/m64, imm32 = REX.W 81 /3 id", RW | USES | FLAGS | SHORT | BARE);
    public static final int AND_R8_RM8 = row("and r8, r/m8 = 22 /r", RW | FLAGS);
    public static final int AND_R16_RM16 = row("and r16, r/m16 = 66 23 /r", RW | FLAGS);
    public static final int AND_R32_RM32 = row("and r32, r/m32 = 23 /r", RW | FLAGS);
    public static final int AND_R64_RM64 = row("and r64, r/m64 = REX.W 23 /r", RW | FLAGS);
    public static final int AND_RM8_R8 = row("and r/m8, r8 = 20 /r", RW | FLAGS);
    public static final int AND_RM16_R16 = row("and r/m16, r16 = 66 21 /r", RW | FLAGS);
    public static final int AND_RM32_R32 = row("and r/m32, r32 = 21 /r", RW | FLAGS);
    public static final int AND_RM64_R64 = row("and r/m64, r64 = REX.W 21 /r", RW | FLAGS);
    public static final int AND_RM8_IMM8 = row("and r/m8, imm8 = 80 /4 ib", RW | FLAGS | BARE);
    public static final int AND_RM16_IMM16 =
            row("and r/m16, imm16 = 66 81 /4 iw", RW | FLAGS | SHORT | BARE);
    public static final int AND_RM32_IMM32 =
            row("and r/m32, imm32 = 81 /4 id", RW | FLAGS | SHORT | BARE);
    public static final int AND_RM64_IMM32 =
            row("and r/m64, imm32 = REX.W 81 /4 id", RW | FLAGS | SHORT | BARE);
    public static final int SUB_R8_RM8 = row("sub r8, r/m8 = 2A /r", RW | FLAGS);
    public static final int SUB_R16_RM16 = row("sub r16, r/m16 = 66 2B /r", RW | FLAGS);
    public static final int SUB_R32_RM32 = row("sub r32, r/m32 = 2B /r", RW | FLAGS);
    public static final int SUB_R64_RM64 = row("sub r64, r/m64 = REX.W 2B /r", RW | FLAGS);
    public static final int SUB_RM8_R8 = row("sub r/m8, r8 = 28 /r", RW | FLAGS);
    public static final int SUB_RM16_R16 = row("sub r/m16, r16 = 66 29 /r", RW | FLAGS);
    public static final int SUB_RM32_R32 = row("sub r/m32, r32 = 29 /r", RW | FLAGS);
    public static final int SUB_RM64_R64 = row("sub r/m64, r64 = REX.W 29 /r", RW | FLAGS);
    public static final int SUB_RM8_IMM8 = row("sub r/m8, imm8 = 80 /5 ib", RW | FLAGS | BARE);
    public static final int SUB_RM16_IMM16 =
            row("sub r/m16, imm16 = 66 81 /5 iw", RW | FLAGS | SHORT | BARE);
    public static final int SUB_RM32_IMM32 =
            row("sub r/m32, imm32 = 81 /5 id", RW | FLAGS | SHORT | BARE);
    public static final int SUB_RM64_IMM32 =
            row("sub r/m64, imm32 = REX.W 81 /5 id", RW | FLAGS | SHORT | BARE);
    public static final int XOR_R8_RM8 = row("xor r8, r/m8 = 32 /r", RW | FLAGS);
    public static final int XOR_R16_RM16 = row("xor r16, r/m16 = 66 33 /r", RW | FLAGS);
    public static final int XOR_R32_RM32 = row("xor r32, r/m32 = 33 /r", RW | FLAGS);
    public static final int XOR_R64_RM64 = row("xor r64, r/m64 = REX.W 33 /r", RW | FLAGS);
    public static final int XOR_RM8_R8 = row("xor r/m8, r8 = 30 /r", RW | FLAGS);
    public static final int XOR_RM16_R16 = row("xor r/m16, r16 = 66 31 /r", RW | FLAGS);
    public static final int XOR_RM32_R32 = row("xor r/m32, r32 = 31 /r", RW | FLAGS);
    public static final int XOR_RM64_R64 = row("xor r/m64, r64 = REX.W 31 /r", RW | FLAGS);
    public static final int XOR_RM8_IMM8 = row("xor r/m8, imm8 = 80 /6 ib", RW | FLAGS | BARE);
    public static final int XOR_RM16_IMM16 =
            row("xor r/m16, imm16 = 66 81 /6 iw", RW | FLAGS | SHORT | BARE);
    public static final int XOR_RM32_IMM32 =
            row("xor r/m32, imm32 = 81 /6 id", RW | FLAGS | SHORT | BARE);
    public static final int XOR_RM64_IMM32 =
            row("xor r/m64, imm32 = REX.W 81 /6 id", RW | FLAGS | SHORT | BARE);
    public static final int CMP_R8_RM8 = row("cmp r8, r/m8 = 3A /r", R | FLAGS);
    public static final int CMP_R16_RM16 = row("cmp r16, r/m16 = 66 3B /r", R | FLAGS);
    public static final int CMP_R32_RM32 = row("cmp r32, r/m32 = 3B /r", R | FLAGS);
    public static final int CMP_R64_RM64 = row("cmp r64, r/m64 = REX.W 3B /r", R | FLAGS);
    public static final int CMP_RM8_R8 = row("cmp r/m8, r8 = 38 /r", R | FLAGS);
    public static final int CMP_RM16_R16 = row("cmp r/m16, r16 = 66 39 /r", R | FLAGS);
    public static final int CMP_RM32_R32 = row("cmp r/m32, r32 = 39 /r", R | FLAGS);
    public static final int CMP_RM64_R64 = row("cmp r/m64, r64 = REX.W 39 /r", R | FLAGS);
    public static final int CMP_RM8_IMM8 = row("cmp r/m8, imm8 = 80 /7 ib", R | FLAGS | BARE);
    public static final int CMP_RM16_IMM16 =
            row("cmp r/m16, imm16 = 66 81 /7 iw", R | FLAGS | SHORT | BARE);
    public static final int CMP_RM32_IMM32 =
            row("cmp r/m32, imm32 = 81 /7 id", R | FLAGS | SHORT | BARE);
    public static final int CMP_RM64_IMM32 =
            row("cmp r/m64, imm32 = REX.W 81 /7 id", R | FLAGS | SHORT | BARE);
    public static final int TEST_RM8_R8 = row("test r/m8, r8 = 84 /r", R | FLAGS);
    public static final int TEST_RM16_R16 = row("test r/m16, r16 = 66 85 /r", R | FLAGS);
    public static final int TEST_RM32_R32 = row("test r/m32, r32 = 85 /r", R | FLAGS);
    public static final int TEST_RM64_R64 = row("test r/m64, r64 = REX.W 85 /r", R | FLAGS);
    public static final int TEST_RM8_IMM8 = row("test r/m8, imm8 = F6 /0 ib", R | FLAGS | BARE);
    public static final int TEST_RM16_IMM16 =
            row("test r/m16, imm16 = 66 F7 /0 iw", R | FLAGS | BARE);
    public static final int TEST_RM32_IMM32 = row("test r/m32, imm32 = F7 /0 id", R | FLAGS | BARE);
    public static final int TEST_RM64_IMM32 =
            row("test r/m64, imm32 = REX.W F7 /0 id", R | FLAGS | BARE);

    // Arithmetic and logic with one operand

    public static final int NEG_RM8 = row("neg r/m8 = F6 /3", RW | FLAGS);
    public static final int NEG_RM16 = row("neg r/m16 = 66 F7 /3", RW | FLAGS);
    public static final int NEG_RM32 = row("neg r/m32 = F7 /3", RW | FLAGS);
    public static final int NEG_RM64 = row("neg r/m64 = REX.W F7 /3", RW | FLAGS);
    public static final int NOT_RM8 = row("not r/m8 = F6 /2", RW);
    public static final int NOT_RM16 = row("not r/m16 = 66 F7 /2", RW);
    public static final int NOT_RM32 = row("not r/m32 = F7 /2", RW);
    public static final int NOT_RM64 = row("not r/m64 = REX.W F7 /2", RW);
    public static final int INC_RM8 = row("inc r/m8 = FE /0", RW | FLAGS);
    public static final int INC_RM16 = row("inc r/m16 = 66 FF /0", RW | FLAGS);
    public static final int INC_RM32 = row("inc r/m32 = FF /0", RW | FLAGS);
    public static final int INC_RM64 = row("inc r/m64 = REX.W FF /0", RW | FLAGS);
    public static final int DEC_RM8 = row("dec r/m8 = FE /1", RW | FLAGS);
    public static final int DEC_RM16 = row("dec r/m16 = 66 FF /1", RW | FLAGS);
    public static final int DEC_RM32 = row("dec r/m32 = FF /1", RW | FLAGS);
    public static final int DEC_RM64 = row("dec r/m64 = REX.W FF /1", RW | FLAGS);

    // Multiplication and division

    public static final int IMUL_R32_RM32 = row("imul r32, r/m32 = 0F AF /r", RW | FLAGS);
    public static final int IMUL_R64_RM64 = row("imul r64, r/m64 = REX.W 0F AF /r", RW | FLAGS);
    public static final int IMUL_R32_RM32_IMM32 =
            row("imul r32, r/m32, imm32 = 69 /r id", FLAGS | SHORT);
    public static final int IMUL_R64_RM64_IMM32 =
            row("imul r64, r/m64, imm32 = REX.W 69 /r id", FLAGS | SHORT);
    public static final int MUL_RM32 = row("mul r/m32 = F7 /4", R | MULTIPLIES | FLAGS);
    public static final int MUL_RM64 = row("mul r/m64 = REX.W F7 /4", R | MULTIPLIES | FLAGS);
    public static final int IMUL_RM32 = row("imul r/m32 = F7 /5", R | MULTIPLIES | FLAGS);
    public static final int IMUL_RM64 = row("imul r/m64 = REX.W F7 /5", R | MULTIPLIES | FLAGS);
    public static final int DIV_RM32 = row("div r/m32 = F7 /6", R | DIVIDES | FLAGS);
    public static final int DIV_RM64 = row("div r/m64 = REX.W F7 /6", R | DIVIDES | FLAGS);
    public static final int IDIV_RM32 = row("idiv r/m32 = F7 /7", R | DIVIDES | FLAGS);
    public static final int IDIV_RM64 = row("idiv r/m64 = REX.W F7 /7", R | DIVIDES | FLAGS);
    public static final int CDQ = row("cdq = 99", WIDENS);
    public static final int CQO = row("cqo = REX.W 99", WIDENS);

    // Shifts and rotations

    public static final int SHL_RM32_IMM8 = row("shl r/m32, imm8 = C1 /4 ib", RW | FLAGS | SHORT);
    public static final int SHL_RM32_CL = row("shl r/m32, cl = D3 /4", RW | FLAGS);
    public static final int SHL_RM64_IMM8 =
            row("shl r/m64, imm8 = REX.W C1 /4 ib", RW | FLAGS | SHORT);
    public static final int SHL_RM64_CL = row("shl r/m64, cl = REX.W D3 /4", RW | FLAGS);
    public static final int SHR_RM32_IMM8 = row("shr r/m32, imm8 = C1 /5 ib", RW | FLAGS | SHORT);
    public static final int SHR_RM32_CL = row("shr r/m32, cl = D3 /5", RW | FLAGS);
    public static final int SHR_RM64_IMM8 =
            row("shr r/m64, imm8 = REX.W C1 /5 ib", RW | FLAGS | SHORT);
    public static final int SHR_RM64_CL = row("shr r/m64, cl = REX.W D3 /5", RW | FLAGS);
    public static final int SAR_RM32_IMM8 = row("sar r/m32, imm8 = C1 /7 ib", RW | FLAGS | SHORT);
    public static final int SAR_RM32_CL = row("sar r/m32, cl = D3 /7", RW | FLAGS);
    public static final int SAR_RM64_IMM8 =
            row("sar r/m64, imm8 = REX.W C1 /7 ib", RW | FLAGS | SHORT);
    public static final int SAR_RM64_CL = row("sar r/m64, cl = REX.W D3 /7", RW | FLAGS);
    public static final int ROL_RM32_IMM8 = row("rol r/m32, imm8 = C1 /0 ib", RW | FLAGS | SHORT);
    public static final int ROL_RM32_CL = row("rol r/m32, cl = D3 /0", RW | FLAGS);
    public static final int ROL_RM64_IMM8 =
            row("rol r/m64, imm8 = REX.W C1 /0 ib", RW | FLAGS | SHORT);
    public static final int ROL_RM64_CL = row("rol r/m64, cl = REX.W D3 /0", RW | FLAGS);
    public static final int ROR_RM32_IMM8 = row("ror r/m32, imm8 = C1 /1 ib", RW | FLAGS | SHORT);
    public static final int ROR_RM32_CL = row("ror r/m32, cl = D3 /1", RW | FLAGS);
    public static final int ROR_RM64_IMM8 =
            row("ror r/m64, imm8 = REX.W C1 /1 ib", RW | FLAGS | SHORT);
    public static final int ROR_RM64_CL = row("ror r/m64, cl = REX.W D3 /1", RW | FLAGS);
    public static final int ROL_RM16_IMM8 =
            row("rol r/m16, imm8 = 66 C1 /0 ib", RW | FLAGS | SHORT);
    public static final int SHLD_RM32_R32_IMM8 =
            row("shld r/m32, r32, imm8 = 0F A4 /r ib", RW | FLAGS);
    public static final int SHLD_RM32_R32_CL = row("shld r/m32, r32, cl = 0F A5 /r", RW | FLAGS);
    public static final int SHLD_RM64_R64_IMM8 =
            row("shld r/m64, r64, imm8 = REX.W 0F A4 /r ib", RW | FLAGS);
    public static final int SHLD_RM64_R64_CL =
            row("shld r/m64, r64, cl = REX.W 0F A5 /r", RW | FLAGS);
    public static final int SHRD_RM32_R32_IMM8 =
            row("shrd r/m32, r32, imm8 = 0F AC /r ib", RW | FLAGS);
    public static final int SHRD_RM32_R32_CL = row("shrd r/m32, r32, cl = 0F AD /r", RW | FLAGS);
    public static final int SHRD_RM64_R64_IMM8 =
            row("shrd r/m64, r64, imm8 = REX.W 0F AC /r ib", RW | FLAGS);
    public static final int SHRD_RM64_R64_CL =
            row("shrd r/m64, r64, cl = REX.W 0F AD /r", RW | FLAGS);

    // Bits

    // Registers only where the bit number is in one: memory would be a bit string of any length,
    // the number not reduced.
    public static final int BT_R32_R32 = row("bt r32a, r32b = 0F A3 /r", R | FLAGS | MR);
    public static final int BT_RM32_IMM8 = row("bt r/m32, imm8 = 0F BA /4 ib", R | FLAGS);
    public static final int BT_R64_R64 = row("bt r64a, r64b = REX.W 0F A3 /r", R | FLAGS | MR);
    public static final int BT_RM64_IMM8 = row("bt r/m64, imm8 = REX.W 0F BA /4 ib", R | FLAGS);
    public static final int BTS_R32_R32 = row("bts r32a, r32b = 0F AB /r", RW | FLAGS | MR);
    public static final int BTS_RM32_IMM8 = row("bts r/m32, imm8 = 0F BA /5 ib", RW | FLAGS);
    public static final int BTS_R64_R64 = row("bts r64a, r64b = REX.W 0F AB /r", RW | FLAGS | MR);
    public static final int BTS_RM64_IMM8 = row("bts r/m64, imm8 = REX.W 0F BA /5 ib", RW | FLAGS);
    public static final int BTR_R32_R32 = row("btr r32a, r32b = 0F B3 /r", RW | FLAGS | MR);
    public static final int BTR_RM32_IMM8 = row("btr r/m32, imm8 = 0F BA /6 ib", RW | FLAGS);
    public static final int BTR_R64_R64 = row("btr r64a, r64b = REX.W 0F B3 /r", RW | FLAGS | MR);
    public static final int BTR_RM64_IMM8 = row("btr r/m64, imm8 = REX.W 0F BA /6 ib", RW | FLAGS);
    public static final int BTC_R32_R32 = row("btc r32a, r32b = 0F BB /r", RW | FLAGS | MR);
    public static final int BTC_RM32_IMM8 = row("btc r/m32, imm8 = 0F BA /7 ib", RW | FLAGS);
    public static final int BTC_R64_R64 = row("btc r64a, r64b = REX.W 0F BB /r", RW | FLAGS | MR);
    public static final int BTC_RM64_IMM8 = row("btc r/m64, imm8 = REX.W 0F BA /7 ib", RW | FLAGS);
    // Zero has no first bit: bsf and bsr then leave the destination undefined.
    public static final int BSF_R32_RM32 = row("bsf r32, r/m32 = 0F BC /r", FLAGS);
    public static final int BSF_R64_RM64 = row("bsf r64, r/m64 = REX.W 0F BC /r", FLAGS);
    public static final int BSR_R32_RM32 = row("bsr r32, r/m32 = 0F BD /r", FLAGS);
    public static final int BSR_R64_RM64 = row("bsr r64, r/m64 = REX.W 0F BD /r", FLAGS);
    public static final int TZCNT_R32_RM32 = row("tzcnt r32, r/m32 = F3 0F BC /r", BMI1 | FLAGS);
    public static final int TZCNT_R64_RM64 =
            row("tzcnt r64, r/m64 = F3 REX.W 0F BC /r", BMI1 | FLAGS);
    public static final int LZCNT_R32_RM32 = row("lzcnt r32, r/m32 = F3 0F BD /r", LZCNT | FLAGS);
    public static final int LZCNT_R64_RM64 =
            row("lzcnt r64, r/m64 = F3 REX.W 0F BD /r", LZCNT | FLAGS);
    public static final int POPCNT_R32_RM32 =
            row("popcnt r32, r/m32 = F3 0F B8 /r", POPCNT | FLAGS);
    public static final int POPCNT_R64_RM64 =
            row("popcnt r64, r/m64 = F3 REX.W 0F B8 /r", POPCNT | FLAGS);
    public static final int BSWAP_R32 = row("bswap r32 = 0F C8+rd", RW);
    public static final int BSWAP_R64 = row("bswap r64 = REX.W 0F C8+rd", RW);
    public static final int ANDN_R32_R32_RM32 =
            row("andn r32a, r32b, r/m32 = VEX.LZ.0F38.W0 F2 /r", BMI1 | FLAGS);
    public static final int ANDN_R64_R64_RM64 =
            row("andn r64a, r64b, r/m64 = VEX.LZ.0F38.W1 F2 /r", BMI1 | FLAGS);
    public static final int BLSR_R32_RM32 =
            row("blsr r32, r/m32 = VEX.LZ.0F38.W0 F3 /1", BMI1 | FLAGS);
    public static final int BLSR_R64_RM64 =
            row("blsr r64, r/m64 = VEX.LZ.0F38.W1 F3 /1", BMI1 | FLAGS);
    public static final int BLSMSK_R32_RM32 =
            row("blsmsk r32, r/m32 = VEX.LZ.0F38.W0 F3 /2", BMI1 | FLAGS);
    public static final int BLSMSK_R64_RM64 =
            row("blsmsk r64, r/m64 = VEX.LZ.0F38.W1 F3 /2", BMI1 | FLAGS);
    public static final int BLSI_R32_RM32 =
            row("blsi r32, r/m32 = VEX.LZ.0F38.W0 F3 /3", BMI1 | FLAGS);
    public static final int BLSI_R64_RM64 =
            row("blsi r64, r/m64 = VEX.LZ.0F38.W1 F3 /3", BMI1 | FLAGS);
    public static final int BEXTR_R32_RM32_R32 =
            row("bextr r32a, r/m32, r32b = VEX.LZ.0F38.W0 F7 /r", BMI1 | FLAGS);
    public static final int BEXTR_R64_RM64_R64 =
            row("bextr r64a, r/m64, r64b = VEX.LZ.0F38.W1 F7 /r", BMI1 | FLAGS);
    public static final int BZHI_R32_RM32_R32 =
            row("bzhi r32a, r/m32, r32b = VEX.LZ.0F38.W0 F5 /r", BMI2 | FLAGS);
    public static final int BZHI_R64_RM64_R64 =
            row("bzhi r64a, r/m64, r64b = VEX.LZ.0F38.W1 F5 /r", BMI2 | FLAGS);
    public static final int SHLX_R32_RM32_R32 =
            row("shlx r32a, r/m32, r32b = VEX.LZ.66.0F38.W0 F7 /r", BMI2);
    public static final int SHLX_R64_RM64_R64 =
            row("shlx r64a, r/m64, r64b = VEX.LZ.66.0F38.W1 F7 /r", BMI2);
    public static final int SARX_R32_RM32_R32 =
            row("sarx r32a, r/m32, r32b = VEX.LZ.F3.0F38.W0 F7 /r", BMI2);
    public static final int SARX_R64_RM64_R64 =
            row("sarx r64a, r/m64, r64b = VEX.LZ.F3.0F38.W1 F7 /r", BMI2);
    public static final int SHRX_R32_RM32_R32 =
            row("shrx r32a, r/m32, r32b = VEX.LZ.F2.0F38.W0 F7 /r", BMI2);
    public static final int SHRX_R64_RM64_R64 =
            row("shrx r64a, r/m64, r64b = VEX.LZ.F2.0F38.W1 F7 /r", BMI2);
    public static final int RORX_R32_RM32_IMM8 =
            row("rorx r32, r/m32, imm8 = VEX.LZ.F2.0F3A.W0 F0 /r ib", BMI2);
    public static final int RORX_R64_RM64_IMM8 =
            row("rorx r64, r/m64, imm8 = VEX.LZ.F2.0F3A.W1 F0 /r ib", BMI2);
    public static final int MULX_R32_R32_RM32 =
            row("mulx r32a, r32b, r/m32 = VEX.LZ.F2.0F38.W0 F6 /r", BMI2 | W2 | READS_DX);
    public static final int MULX_R64_R64_RM64 =
            row("mulx r64a, r64b, r/m64 = VEX.LZ.F2.0F38.W1 F6 /r", BMI2 | W2 | READS_DX);
    public static final int PDEP_R32_R32_RM32 =
            row("pdep r32a, r32b, r/m32 = VEX.LZ.F2.0F38.W0 F5 /r", BMI2);
    public static final int PDEP_R64_R64_RM64 =
            row("pdep r64a, r64b, r/m64 = VEX.LZ.F2.0F38.W1 F5 /r", BMI2);
    public static final int PEXT_R32_R32_RM32 =
            row("pext r32a, r32b, r/m32 = VEX.LZ.F3.0F38.W0 F5 /r", BMI2);
    public static final int PEXT_R64_R64_RM64 =
            row("pext r64a, r64b, r/m64 = VEX.LZ.F3.0F38.W1 F5 /r", BMI2);

    // Moves

    public static final int MOV_R8_RM8 = row("mov r8, r/m8 = 8A /r");
    public static final int MOV_R16_RM16 = row("mov r16, r/m16 = 66 8B /r");
    public static final int MOV_R32_RM32 = row("mov r32, r/m32 = 8B /r");
    public static final int MOV_R64_RM64 = row("mov r64, r/m64 = REX.W 8B /r");
    public static final int MOV_RM8_R8 = row("mov r/m8, r8 = 88 /r");
    public static final int MOV_RM16_R16 = row("mov r/m16, r16 = 66 89 /r");
    public static final int MOV_RM32_R32 = row("mov r/m32, r32 = 89 /r");
    public static final int MOV_RM64_R64 = row("mov r/m64, r64 = REX.W 89 /r");
    public static final int MOV_RM8_IMM8 = row("mov r/m8, imm8 = C6 /0 ib", BARE);
    public static final int MOV_RM16_IMM16 = row("mov r/m16, imm16 = 66 C7 /0 iw", BARE);
    public static final int MOV_RM32_IMM32 = row("mov r/m32, imm32 = C7 /0 id", BARE);
    public static final int MOV_RM64_IMM32 = row("mov r/m64, imm32 = REX.W C7 /0 id");
    public static final int MOV_R32_IMM32 = row("mov r32, imm32 = B8+rd id");
    public static final int MOVABS_R64_IMM64 = row("movabs r64, imm64 = REX.W B8+rd io");
    public static final int MOVZX_R32_RM8 = row("movzx r32, r/m8 = 0F B6 /r");
    public static final int MOVZX_R32_RM16 = row("movzx r32, r/m16 = 0F B7 /r");
    public static final int MOVZX_R64_RM8 = row("movzx r64, r/m8 = REX.W 0F B6 /r");
    public static final int MOVZX_R64_RM16 = row("movzx r64, r/m16 = REX.W 0F B7 /r");
    public static final int MOVSX_R32_RM8 = row("movsx r32, r/m8 = 0F BE /r");
    public static final int MOVSX_R32_RM16 = row("movsx r32, r/m16 = 0F BF /r");
    public static final int MOVSX_R64_RM8 = row("movsx r64, r/m8 = REX.W 0F BE /r");
    public static final int MOVSX_R64_RM16 = row("movsx r64, r/m16 = REX.W 0F BF /r");
    public static final int MOVSXD_R64_RM32 = row("movsxd r64, r/m32 = REX.W 63 /r");
    public static final int LEA_R32_M = row("lea r32, m = 8D /r");
    public static final int LEA_R64_M = row("lea r64, m = REX.W 8D /r");
    public static final int MOVBE_R16_M16 = row("movbe r16, m16 = 66 0F 38 F0 /r", MOVBE);
    public static final int MOVBE_R32_M32 = row("movbe r32, m32 = 0F 38 F0 /r", MOVBE);
    public static final int MOVBE_R64_M64 = row("movbe r64, m64 = REX.W 0F 38 F0 /r", MOVBE);
    public static final int MOVBE_M16_R16 = row("movbe m16, r16 = 66 0F 38 F1 /r", MOVBE);
    public static final int MOVBE_M32_R32 = row("movbe m32, r32 = 0F 38 F1 /r", MOVBE);
    public static final int MOVBE_M64_R64 = row("movbe m64, r64 = REX.W 0F 38 F1 /r", MOVBE);
    public static final int XCHG_RM8_R8 = row("xchg r/m8, r8 = 86 /r", RW | RW2);
    public static final int XCHG_RM16_R16 = row("xchg r/m16, r16 = 66 87 /r", RW | RW2);
    public static final int XCHG_RM32_R32 = row("xchg r/m32, r32 = 87 /r", RW | RW2);
    public static final int XCHG_RM64_R64 = row("xchg r/m64, r64 = REX.W 87 /r", RW | RW2);
    public static final int PUSH_R64 = row("push r64 = 50+rd", R);
    public static final int PUSH_RM64 = row("push r/m64 = FF /6", R | BARE);
    public static final int PUSH_IMM32 = row("push imm32 = 68 id", SHORT);
    public static final int POP_R64 = row("pop r64 = 58+rd");
    public static final int POP_RM64 = row("pop r/m64 = 8F /0", BARE);
    public static final int REP_MOVSB = row("rep movsb = F3 A4", COPIES);
    public static final int REP_MOVSQ = row("rep movsq = F3 REX.W A5", COPIES);
    public static final int REP_STOSB = row("rep stosb = F3 AA", FILLS);
    public static final int REP_STOSQ = row("rep stosq = F3 REX.W AB", FILLS);

    // Conditions

    public static final int SETCC_RM8 = conditions("setcc r/m8 = 0F 90+cc /0", USES);
    public static final int CMOVCC_R32_RM32 =
            conditions("cmovcc r32, r/m32 = 0F 40+cc /r", RW | USES);
    public static final int CMOVCC_R64_RM64 =
            conditions("cmovcc r64, r/m64 = REX.W 0F 40+cc /r", RW | USES);
    public static final int JCC_REL8 = conditions("jcc rel8 = 70+cc cb", USES);
    public static final int JCC_REL32 = conditions("jcc rel32 = 0F 80+cc cd", USES);

    // Control

    public static final int JMP_REL8 = row("jmp rel8 = EB cb");
    public static final int JMP_REL32 = row("jmp rel32 = E9 cd");
    public static final int JMP_RM64 = row("jmp r/m64 = FF /4", R);
    public static final int CALL_REL32 = row("call rel32 = E8 cd");
    public static final int CALL_RM64 = row("call r/m64 = FF /2", R);
    public static final int RET = row("ret = C3");
    public static final int RET_IMM16 = row("ret imm16 = C2 iw");
    public static final int LEAVE = row("leave = C9");
    public static final int UD2 = row("ud2 = 0F 0B");
    public static final int INT3 = row("int3 = CC");
    public static final int ENDBR64 = row("endbr64 = F3 0F 1E FA");
    public static final int PAUSE = row("pause = F3 90");
    public static final int NOP = row("nop = 90");
    public static final int LDMXCSR_M32 = row("ldmxcsr m32 = 0F AE /2", R);
    public static final int STMXCSR_M32 = row("stmxcsr m32 = 0F AE /3");

    // Atomic access

    public static final int LOCK_ADD_M8_R8 = row("lock add m8, r8 = F0 00 /r", RW | FLAGS);
    public static final int LOCK_ADD_M16_R16 = row("lock add m16, r16 = F0 66 01 /r", RW | FLAGS);
    public static final int LOCK_ADD_M32_R32 = row("lock add m32, r32 = F0 01 /r", RW | FLAGS);
    public static final int LOCK_ADD_M64_R64 =
            row("lock add m64, r64 = F0 REX.W 01 /r", RW | FLAGS);
    public static final int LOCK_ADD_M8_IMM8 = row("lock add m8, imm8 = F0 80 /0 ib", RW | FLAGS);
    public static final int LOCK_ADD_M16_IMM16 =
            row("lock add m16, imm16 = F0 66 81 /0 iw", RW | FLAGS | SHORT);
    public static final int LOCK_ADD_M32_IMM32 =
            row("lock add m32, imm32 = F0 81 /0 id", RW | FLAGS | SHORT);
    public static final int LOCK_ADD_M64_IMM32 =
            row("lock add m64, imm32 = F0 REX.W 81 /0 id", RW | FLAGS | SHORT);
    public static final int LOCK_OR_M8_R8 = row("lock or m8, r8 = F0 08 /r", RW | FLAGS);
    public static final int LOCK_OR_M16_R16 = row("lock or m16, r16 = F0 66 09 /r", RW | FLAGS);
    public static final int LOCK_OR_M32_R32 = row("lock or m32, r32 = F0 09 /r", RW | FLAGS);
    public static final int LOCK_OR_M64_R64 = row("lock or m64, r64 = F0 REX.W 09 /r", RW | FLAGS);
    public static final int LOCK_OR_M8_IMM8 = row("lock or m8, imm8 = F0 80 /1 ib", RW | FLAGS);
    public static final int LOCK_OR_M16_IMM16 =
            row("lock or m16, imm16 = F0 66 81 /1 iw", RW | FLAGS | SHORT);
    public static final int LOCK_OR_M32_IMM32 =
            row("lock or m32, imm32 = F0 81 /1 id", RW | FLAGS | SHORT);
    public static final int LOCK_OR_M64_IMM32 =
            row("lock or m64, imm32 = F0 REX.W 81 /1 id", RW | FLAGS | SHORT);
    public static final int LOCK_AND_M8_R8 = row("lock and m8, r8 = F0 20 /r", RW | FLAGS);
    public static final int LOCK_AND_M16_R16 = row("lock and m16, r16 = F0 66 21 /r", RW | FLAGS);
    public static final int LOCK_AND_M32_R32 = row("lock and m32, r32 = F0 21 /r", RW | FLAGS);
    public static final int LOCK_AND_M64_R64 =
            row("lock and m64, r64 = F0 REX.W 21 /r", RW | FLAGS);
    public static final int LOCK_AND_M8_IMM8 = row("lock and m8, imm8 = F0 80 /4 ib", RW | FLAGS);
    public static final int LOCK_AND_M16_IMM16 =
            row("lock and m16, imm16 = F0 66 81 /4 iw", RW | FLAGS | SHORT);
    public static final int LOCK_AND_M32_IMM32 =
            row("lock and m32, imm32 = F0 81 /4 id", RW | FLAGS | SHORT);
    public static final int LOCK_AND_M64_IMM32 =
            row("lock and m64, imm32 = F0 REX.W 81 /4 id", RW | FLAGS | SHORT);
    public static final int LOCK_SUB_M8_R8 = row("lock sub m8, r8 = F0 28 /r", RW | FLAGS);
    public static final int LOCK_SUB_M16_R16 = row("lock sub m16, r16 = F0 66 29 /r", RW | FLAGS);
    public static final int LOCK_SUB_M32_R32 = row("lock sub m32, r32 = F0 29 /r", RW | FLAGS);
    public static final int LOCK_SUB_M64_R64 =
            row("lock sub m64, r64 = F0 REX.W 29 /r", RW | FLAGS);
    public static final int LOCK_SUB_M8_IMM8 = row("lock sub m8, imm8 = F0 80 /5 ib", RW | FLAGS);
    public static final int LOCK_SUB_M16_IMM16 =
            row("lock sub m16, imm16 = F0 66 81 /5 iw", RW | FLAGS | SHORT);
    public static final int LOCK_SUB_M32_IMM32 =
            row("lock sub m32, imm32 = F0 81 /5 id", RW | FLAGS | SHORT);
    public static final int LOCK_SUB_M64_IMM32 =
            row("lock sub m64, imm32 = F0 REX.W 81 /5 id", RW | FLAGS | SHORT);
    public static final int LOCK_XOR_M8_R8 = row("lock xor m8, r8 = F0 30 /r", RW | FLAGS);
    public static final int LOCK_XOR_M16_R16 = row("lock xor m16, r16 = F0 66 31 /r", RW | FLAGS);
    public static final int LOCK_XOR_M32_R32 = row("lock xor m32, r32 = F0 31 /r", RW | FLAGS);
    public static final int LOCK_XOR_M64_R64 =
            row("lock xor m64, r64 = F0 REX.W 31 /r", RW | FLAGS);
    public static final int LOCK_XOR_M8_IMM8 = row("lock xor m8, imm8 = F0 80 /6 ib", RW | FLAGS);
    public static final int LOCK_XOR_M16_IMM16 =
            row("lock xor m16, imm16 = F0 66 81 /6 iw", RW | FLAGS | SHORT);
    public static final int LOCK_XOR_M32_IMM32 =
            row("lock xor m32, imm32 = F0 81 /6 id", RW | FLAGS | SHORT);
    public static final int LOCK_XOR_M64_IMM32 =
            row("lock xor m64, imm32 = F0 REX.W 81 /6 id", RW | FLAGS | SHORT);
    public static final int LOCK_XADD_M8_R8 =
            row("lock xadd m8, r8 = F0 0F C0 /r", RW | RW2 | FLAGS);
    public static final int LOCK_XADD_M16_R16 =
            row("lock xadd m16, r16 = F0 66 0F C1 /r", RW | RW2 | FLAGS);
    public static final int LOCK_XADD_M32_R32 =
            row("lock xadd m32, r32 = F0 0F C1 /r", RW | RW2 | FLAGS);
    public static final int LOCK_XADD_M64_R64 =
            row("lock xadd m64, r64 = F0 REX.W 0F C1 /r", RW | RW2 | FLAGS);
    public static final int LOCK_CMPXCHG_M8_R8 =
            row("lock cmpxchg m8, r8 = F0 0F B0 /r", RW | COMPARES_AX | FLAGS);
    public static final int LOCK_CMPXCHG_M16_R16 =
            row("lock cmpxchg m16, r16 = F0 66 0F B1 /r", RW | COMPARES_AX | FLAGS);
    public static final int LOCK_CMPXCHG_M32_R32 =
            row("lock cmpxchg m32, r32 = F0 0F B1 /r", RW | COMPARES_AX | FLAGS);
    public static final int LOCK_CMPXCHG_M64_R64 =
            row("lock cmpxchg m64, r64 = F0 REX.W 0F B1 /r", RW | COMPARES_AX | FLAGS);
    public static final int LOCK_CMPXCHG16B_M128 =
            row("lock cmpxchg16b m128 = F0 REX.W 0F C7 /1", CX16 | RW | COMPARES_DX_AX | FLAGS);
    public static final int MFENCE = row("mfence = 0F AE F0");
}
