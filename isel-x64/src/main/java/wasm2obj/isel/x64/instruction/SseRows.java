package wasm2obj.isel.x64.instruction;

import static wasm2obj.isel.x64.instruction.Feature.SSE3;
import static wasm2obj.isel.x64.instruction.Feature.SSE41;
import static wasm2obj.isel.x64.instruction.Feature.SSE42;
import static wasm2obj.isel.x64.instruction.Feature.SSSE3;

/**
 * Floating-point and vector instructions in their SSE forms, where the destination is also the first source.
 *
 * <p>A name is the mnemonic alone where the operands are xmm registers and the last may be memory; otherwise the kinds of
 * the operands follow. Aligned forms fault on memory that is not aligned to 16 bytes, and so does every 16-byte memory
 * operand here that is not of an instruction with a u in its name.
 */
abstract class SseRows extends IntegerRows {
    SseRows() {}

    // Scalar floating point

    public static final int ADDSS = row("addss xmm1, xmm2/m32 = F3 0F 58 /r", RW);
    public static final int ADDSD = row("addsd xmm1, xmm2/m64 = F2 0F 58 /r", RW);
    public static final int MULSS = row("mulss xmm1, xmm2/m32 = F3 0F 59 /r", RW);
    public static final int MULSD = row("mulsd xmm1, xmm2/m64 = F2 0F 59 /r", RW);
    public static final int SUBSS = row("subss xmm1, xmm2/m32 = F3 0F 5C /r", RW);
    public static final int SUBSD = row("subsd xmm1, xmm2/m64 = F2 0F 5C /r", RW);
    public static final int DIVSS = row("divss xmm1, xmm2/m32 = F3 0F 5E /r", RW);
    public static final int DIVSD = row("divsd xmm1, xmm2/m64 = F2 0F 5E /r", RW);
    public static final int MINSS = row("minss xmm1, xmm2/m32 = F3 0F 5D /r", RW);
    public static final int MINSD = row("minsd xmm1, xmm2/m64 = F2 0F 5D /r", RW);
    public static final int MAXSS = row("maxss xmm1, xmm2/m32 = F3 0F 5F /r", RW);
    public static final int MAXSD = row("maxsd xmm1, xmm2/m64 = F2 0F 5F /r", RW);
    public static final int SQRTSS = row("sqrtss xmm1, xmm2/m32 = F3 0F 51 /r");
    public static final int SQRTSD = row("sqrtsd xmm1, xmm2/m64 = F2 0F 51 /r");
    public static final int ROUNDSS =
            row("roundss xmm1, xmm2/m32, imm8 = 66 0F 3A 0A /r ib", SSE41);
    public static final int ROUNDSD =
            row("roundsd xmm1, xmm2/m64, imm8 = 66 0F 3A 0B /r ib", SSE41);
    public static final int UCOMISS = row("ucomiss xmm1, xmm2/m32 = 0F 2E /r", R | FLAGS);
    public static final int UCOMISD = row("ucomisd xmm1, xmm2/m64 = 66 0F 2E /r", R | FLAGS);
    public static final int COMISS = row("comiss xmm1, xmm2/m32 = 0F 2F /r", R | FLAGS);
    public static final int COMISD = row("comisd xmm1, xmm2/m64 = 66 0F 2F /r", R | FLAGS);
    public static final int CMPSS = row("cmpss xmm1, xmm2/m32, imm8 = F3 0F C2 /r ib", RW);
    public static final int CMPSD = row("cmpsd xmm1, xmm2/m64, imm8 = F2 0F C2 /r ib", RW);

    // Conversions. From integers and between scalars, the other bits of the destination stay: clear
    // it first where that waits

    public static final int CVTSI2SS_XMM_RM32 = row("cvtsi2ss xmm1, r/m32 = F3 0F 2A /r");
    public static final int CVTSI2SS_XMM_RM64 = row("cvtsi2ss xmm1, r/m64 = F3 REX.W 0F 2A /r");
    public static final int CVTSI2SD_XMM_RM32 = row("cvtsi2sd xmm1, r/m32 = F2 0F 2A /r");
    public static final int CVTSI2SD_XMM_RM64 = row("cvtsi2sd xmm1, r/m64 = F2 REX.W 0F 2A /r");
    public static final int CVTTSS2SI_R32_XMMM32 = row("cvttss2si r32, xmm1/m32 = F3 0F 2C /r");
    public static final int CVTTSS2SI_R64_XMMM32 =
            row("cvttss2si r64, xmm1/m32 = F3 REX.W 0F 2C /r");
    public static final int CVTTSD2SI_R32_XMMM64 = row("cvttsd2si r32, xmm1/m64 = F2 0F 2C /r");
    public static final int CVTTSD2SI_R64_XMMM64 =
            row("cvttsd2si r64, xmm1/m64 = F2 REX.W 0F 2C /r");
    public static final int CVTSS2SI_R32_XMMM32 = row("cvtss2si r32, xmm1/m32 = F3 0F 2D /r");
    public static final int CVTSS2SI_R64_XMMM32 = row("cvtss2si r64, xmm1/m32 = F3 REX.W 0F 2D /r");
    public static final int CVTSD2SI_R32_XMMM64 = row("cvtsd2si r32, xmm1/m64 = F2 0F 2D /r");
    public static final int CVTSD2SI_R64_XMMM64 = row("cvtsd2si r64, xmm1/m64 = F2 REX.W 0F 2D /r");
    public static final int CVTSS2SD = row("cvtss2sd xmm1, xmm2/m32 = F3 0F 5A /r");
    public static final int CVTSD2SS = row("cvtsd2ss xmm1, xmm2/m64 = F2 0F 5A /r");
    public static final int CVTDQ2PS = row("cvtdq2ps xmm1, xmm2/m128 = 0F 5B /r");
    public static final int CVTTPS2DQ = row("cvttps2dq xmm1, xmm2/m128 = F3 0F 5B /r");
    public static final int CVTPS2DQ = row("cvtps2dq xmm1, xmm2/m128 = 66 0F 5B /r");
    public static final int CVTDQ2PD = row("cvtdq2pd xmm1, xmm2/m64 = F3 0F E6 /r");
    public static final int CVTTPD2DQ = row("cvttpd2dq xmm1, xmm2/m128 = 66 0F E6 /r");
    public static final int CVTPD2DQ = row("cvtpd2dq xmm1, xmm2/m128 = F2 0F E6 /r");
    public static final int CVTPS2PD = row("cvtps2pd xmm1, xmm2/m64 = 0F 5A /r");
    public static final int CVTPD2PS = row("cvtpd2ps xmm1, xmm2/m128 = 66 0F 5A /r");

    // Moves

    public static final int MOVAPS = row("movaps xmm1, xmm2/m128 = 0F 28 /r", MOVE);
    public static final int MOVAPS_M128_XMM = row("movaps m128, xmm1 = 0F 29 /r");
    public static final int MOVUPS = row("movups xmm1, xmm2/m128 = 0F 10 /r", MOVE);
    public static final int MOVUPS_M128_XMM = row("movups m128, xmm1 = 0F 11 /r");
    public static final int MOVDQA = row("movdqa xmm1, xmm2/m128 = 66 0F 6F /r", MOVE);
    public static final int MOVDQA_M128_XMM = row("movdqa m128, xmm1 = 66 0F 7F /r");
    public static final int MOVDQU = row("movdqu xmm1, xmm2/m128 = F3 0F 6F /r", MOVE);
    public static final int MOVDQU_M128_XMM = row("movdqu m128, xmm1 = F3 0F 7F /r");
    public static final int MOVSS_XMM_M32 = row("movss xmm1, m32 = F3 0F 10 /r");
    public static final int MOVSS_M32_XMM = row("movss m32, xmm1 = F3 0F 11 /r");
    public static final int MOVSS_XMM_XMM = row("movss xmm1, xmm2 = F3 0F 10 /r", RW | MOVE);
    public static final int MOVSD_XMM_M64 = row("movsd xmm1, m64 = F2 0F 10 /r");
    public static final int MOVSD_M64_XMM = row("movsd m64, xmm1 = F2 0F 11 /r");
    public static final int MOVSD_XMM_XMM = row("movsd xmm1, xmm2 = F2 0F 10 /r", RW | MOVE);
    public static final int MOVD_XMM_RM32 = row("movd xmm1, r/m32 = 66 0F 6E /r");
    public static final int MOVD_RM32_XMM = row("movd r/m32, xmm1 = 66 0F 7E /r");
    public static final int MOVQ_XMM_RM64 = row("movq xmm1, r/m64 = 66 REX.W 0F 6E /r");
    public static final int MOVQ_RM64_XMM = row("movq r/m64, xmm1 = 66 REX.W 0F 7E /r");
    public static final int MOVQ = row("movq xmm1, xmm2/m64 = F3 0F 7E /r");
    public static final int MOVQ_M64_XMM = row("movq m64, xmm1 = 66 0F D6 /r");
    public static final int MOVLPS_XMM_M64 = row("movlps xmm1, m64 = 0F 12 /r", RW);
    public static final int MOVLPS_M64_XMM = row("movlps m64, xmm1 = 0F 13 /r");
    public static final int MOVHPS_XMM_M64 = row("movhps xmm1, m64 = 0F 16 /r", RW);
    public static final int MOVHPS_M64_XMM = row("movhps m64, xmm1 = 0F 17 /r");
    public static final int MOVLPD_XMM_M64 = row("movlpd xmm1, m64 = 66 0F 12 /r", RW);
    public static final int MOVLPD_M64_XMM = row("movlpd m64, xmm1 = 66 0F 13 /r");
    public static final int MOVHPD_XMM_M64 = row("movhpd xmm1, m64 = 66 0F 16 /r", RW);
    public static final int MOVHPD_M64_XMM = row("movhpd m64, xmm1 = 66 0F 17 /r");
    public static final int MOVHLPS_XMM_XMM = row("movhlps xmm1, xmm2 = 0F 12 /r", RW);
    public static final int MOVLHPS_XMM_XMM = row("movlhps xmm1, xmm2 = 0F 16 /r", RW);
    public static final int MOVDDUP = row("movddup xmm1, xmm2/m64 = F2 0F 12 /r", SSE3);
    public static final int MOVSHDUP = row("movshdup xmm1, xmm2/m128 = F3 0F 16 /r", SSE3);
    public static final int MOVSLDUP = row("movsldup xmm1, xmm2/m128 = F3 0F 12 /r", SSE3);
    public static final int MOVMSKPS_R32_XMM = row("movmskps r32, xmm1 = 0F 50 /r");
    public static final int MOVMSKPD_R32_XMM = row("movmskpd r32, xmm1 = 66 0F 50 /r");
    public static final int PMOVMSKB_R32_XMM = row("pmovmskb r32, xmm1 = 66 0F D7 /r");

    // Packed floating point

    public static final int ADDPS = row("addps xmm1, xmm2/m128 = 0F 58 /r", RW);
    public static final int ADDPD = row("addpd xmm1, xmm2/m128 = 66 0F 58 /r", RW);
    public static final int MULPS = row("mulps xmm1, xmm2/m128 = 0F 59 /r", RW);
    public static final int MULPD = row("mulpd xmm1, xmm2/m128 = 66 0F 59 /r", RW);
    public static final int SUBPS = row("subps xmm1, xmm2/m128 = 0F 5C /r", RW);
    public static final int SUBPD = row("subpd xmm1, xmm2/m128 = 66 0F 5C /r", RW);
    public static final int DIVPS = row("divps xmm1, xmm2/m128 = 0F 5E /r", RW);
    public static final int DIVPD = row("divpd xmm1, xmm2/m128 = 66 0F 5E /r", RW);
    public static final int MINPS = row("minps xmm1, xmm2/m128 = 0F 5D /r", RW);
    public static final int MINPD = row("minpd xmm1, xmm2/m128 = 66 0F 5D /r", RW);
    public static final int MAXPS = row("maxps xmm1, xmm2/m128 = 0F 5F /r", RW);
    public static final int MAXPD = row("maxpd xmm1, xmm2/m128 = 66 0F 5F /r", RW);
    public static final int SQRTPS = row("sqrtps xmm1, xmm2/m128 = 0F 51 /r");
    public static final int SQRTPD = row("sqrtpd xmm1, xmm2/m128 = 66 0F 51 /r");
    public static final int ANDPS = row("andps xmm1, xmm2/m128 = 0F 54 /r", RW | COMM);
    public static final int ANDPD = row("andpd xmm1, xmm2/m128 = 66 0F 54 /r", RW | COMM);
    public static final int ANDNPS = row("andnps xmm1, xmm2/m128 = 0F 55 /r", RW);
    public static final int ANDNPD = row("andnpd xmm1, xmm2/m128 = 66 0F 55 /r", RW);
    public static final int ORPS = row("orps xmm1, xmm2/m128 = 0F 56 /r", RW | COMM);
    public static final int ORPD = row("orpd xmm1, xmm2/m128 = 66 0F 56 /r", RW | COMM);
    public static final int XORPS = row("xorps xmm1, xmm2/m128 = 0F 57 /r", RW | COMM);
    public static final int XORPD = row("xorpd xmm1, xmm2/m128 = 66 0F 57 /r", RW | COMM);
    public static final int CMPPS = row("cmpps xmm1, xmm2/m128, imm8 = 0F C2 /r ib", RW);
    public static final int CMPPD = row("cmppd xmm1, xmm2/m128, imm8 = 66 0F C2 /r ib", RW);
    public static final int ROUNDPS =
            row("roundps xmm1, xmm2/m128, imm8 = 66 0F 3A 08 /r ib", SSE41);
    public static final int ROUNDPD =
            row("roundpd xmm1, xmm2/m128, imm8 = 66 0F 3A 09 /r ib", SSE41);
    public static final int SHUFPS = row("shufps xmm1, xmm2/m128, imm8 = 0F C6 /r ib", RW);
    public static final int SHUFPD = row("shufpd xmm1, xmm2/m128, imm8 = 66 0F C6 /r ib", RW);
    public static final int UNPCKLPS = row("unpcklps xmm1, xmm2/m128 = 0F 14 /r", RW);
    public static final int UNPCKLPD = row("unpcklpd xmm1, xmm2/m128 = 66 0F 14 /r", RW);
    public static final int UNPCKHPS = row("unpckhps xmm1, xmm2/m128 = 0F 15 /r", RW);
    public static final int UNPCKHPD = row("unpckhpd xmm1, xmm2/m128 = 66 0F 15 /r", RW);
    public static final int HADDPS = row("haddps xmm1, xmm2/m128 = F2 0F 7C /r", SSE3 | RW);
    public static final int HADDPD = row("haddpd xmm1, xmm2/m128 = 66 0F 7C /r", SSE3 | RW);
    public static final int BLENDPS =
            row("blendps xmm1, xmm2/m128, imm8 = 66 0F 3A 0C /r ib", SSE41 | RW);
    public static final int BLENDPD =
            row("blendpd xmm1, xmm2/m128, imm8 = 66 0F 3A 0D /r ib", SSE41 | RW);
    public static final int INSERTPS =
            row("insertps xmm1, xmm2/m32, imm8 = 66 0F 3A 21 /r ib", SSE41 | RW);
    public static final int EXTRACTPS_RM32_XMM_IMM8 =
            row("extractps r/m32, xmm1, imm8 = 66 0F 3A 17 /r ib", SSE41);

    // Packed integers: arithmetic

    public static final int PADDB = row("paddb xmm1, xmm2/m128 = 66 0F FC /r", RW | COMM);
    public static final int PADDW = row("paddw xmm1, xmm2/m128 = 66 0F FD /r", RW | COMM);
    public static final int PADDD = row("paddd xmm1, xmm2/m128 = 66 0F FE /r", RW | COMM);
    public static final int PADDQ = row("paddq xmm1, xmm2/m128 = 66 0F D4 /r", RW | COMM);
    public static final int PADDSB = row("paddsb xmm1, xmm2/m128 = 66 0F EC /r", RW | COMM);
    public static final int PADDSW = row("paddsw xmm1, xmm2/m128 = 66 0F ED /r", RW | COMM);
    public static final int PADDUSB = row("paddusb xmm1, xmm2/m128 = 66 0F DC /r", RW | COMM);
    public static final int PADDUSW = row("paddusw xmm1, xmm2/m128 = 66 0F DD /r", RW | COMM);
    public static final int PSUBB = row("psubb xmm1, xmm2/m128 = 66 0F F8 /r", RW);
    public static final int PSUBW = row("psubw xmm1, xmm2/m128 = 66 0F F9 /r", RW);
    public static final int PSUBD = row("psubd xmm1, xmm2/m128 = 66 0F FA /r", RW);
    public static final int PSUBQ = row("psubq xmm1, xmm2/m128 = 66 0F FB /r", RW);
    public static final int PSUBSB = row("psubsb xmm1, xmm2/m128 = 66 0F E8 /r", RW);
    public static final int PSUBSW = row("psubsw xmm1, xmm2/m128 = 66 0F E9 /r", RW);
    public static final int PSUBUSB = row("psubusb xmm1, xmm2/m128 = 66 0F D8 /r", RW);
    public static final int PSUBUSW = row("psubusw xmm1, xmm2/m128 = 66 0F D9 /r", RW);
    public static final int PMULLW = row("pmullw xmm1, xmm2/m128 = 66 0F D5 /r", RW | COMM);
    public static final int PMULHW = row("pmulhw xmm1, xmm2/m128 = 66 0F E5 /r", RW | COMM);
    public static final int PMULHUW = row("pmulhuw xmm1, xmm2/m128 = 66 0F E4 /r", RW | COMM);
    public static final int PMULUDQ = row("pmuludq xmm1, xmm2/m128 = 66 0F F4 /r", RW | COMM);
    public static final int PMADDWD = row("pmaddwd xmm1, xmm2/m128 = 66 0F F5 /r", RW | COMM);
    public static final int PMULLD =
            row("pmulld xmm1, xmm2/m128 = 66 0F 38 40 /r", SSE41 | RW | COMM);
    public static final int PMULDQ =
            row("pmuldq xmm1, xmm2/m128 = 66 0F 38 28 /r", SSE41 | RW | COMM);
    public static final int PMADDUBSW =
            row("pmaddubsw xmm1, xmm2/m128 = 66 0F 38 04 /r", SSSE3 | RW);
    public static final int PMULHRSW =
            row("pmulhrsw xmm1, xmm2/m128 = 66 0F 38 0B /r", SSSE3 | RW | COMM);
    public static final int PHADDW = row("phaddw xmm1, xmm2/m128 = 66 0F 38 01 /r", SSSE3 | RW);
    public static final int PHADDD = row("phaddd xmm1, xmm2/m128 = 66 0F 38 02 /r", SSSE3 | RW);
    public static final int PAVGB = row("pavgb xmm1, xmm2/m128 = 66 0F E0 /r", RW | COMM);
    public static final int PAVGW = row("pavgw xmm1, xmm2/m128 = 66 0F E3 /r", RW | COMM);
    public static final int PSADBW = row("psadbw xmm1, xmm2/m128 = 66 0F F6 /r", RW | COMM);
    public static final int PMINUB = row("pminub xmm1, xmm2/m128 = 66 0F DA /r", RW | COMM);
    public static final int PMINSW = row("pminsw xmm1, xmm2/m128 = 66 0F EA /r", RW | COMM);
    public static final int PMAXUB = row("pmaxub xmm1, xmm2/m128 = 66 0F DE /r", RW | COMM);
    public static final int PMAXSW = row("pmaxsw xmm1, xmm2/m128 = 66 0F EE /r", RW | COMM);
    public static final int PMINSB =
            row("pminsb xmm1, xmm2/m128 = 66 0F 38 38 /r", SSE41 | RW | COMM);
    public static final int PMINSD =
            row("pminsd xmm1, xmm2/m128 = 66 0F 38 39 /r", SSE41 | RW | COMM);
    public static final int PMINUW =
            row("pminuw xmm1, xmm2/m128 = 66 0F 38 3A /r", SSE41 | RW | COMM);
    public static final int PMINUD =
            row("pminud xmm1, xmm2/m128 = 66 0F 38 3B /r", SSE41 | RW | COMM);
    public static final int PMAXSB =
            row("pmaxsb xmm1, xmm2/m128 = 66 0F 38 3C /r", SSE41 | RW | COMM);
    public static final int PMAXSD =
            row("pmaxsd xmm1, xmm2/m128 = 66 0F 38 3D /r", SSE41 | RW | COMM);
    public static final int PMAXUW =
            row("pmaxuw xmm1, xmm2/m128 = 66 0F 38 3E /r", SSE41 | RW | COMM);
    public static final int PMAXUD =
            row("pmaxud xmm1, xmm2/m128 = 66 0F 38 3F /r", SSE41 | RW | COMM);
    public static final int PABSB = row("pabsb xmm1, xmm2/m128 = 66 0F 38 1C /r", SSSE3);
    public static final int PABSW = row("pabsw xmm1, xmm2/m128 = 66 0F 38 1D /r", SSSE3);
    public static final int PABSD = row("pabsd xmm1, xmm2/m128 = 66 0F 38 1E /r", SSSE3);
    public static final int PSIGNB = row("psignb xmm1, xmm2/m128 = 66 0F 38 08 /r", SSSE3 | RW);
    public static final int PSIGNW = row("psignw xmm1, xmm2/m128 = 66 0F 38 09 /r", SSSE3 | RW);
    public static final int PSIGND = row("psignd xmm1, xmm2/m128 = 66 0F 38 0A /r", SSSE3 | RW);

    // Packed integers: comparison and logic

    public static final int PCMPEQB = row("pcmpeqb xmm1, xmm2/m128 = 66 0F 74 /r", RW | COMM);
    public static final int PCMPEQW = row("pcmpeqw xmm1, xmm2/m128 = 66 0F 75 /r", RW | COMM);
    public static final int PCMPEQD = row("pcmpeqd xmm1, xmm2/m128 = 66 0F 76 /r", RW | COMM);
    public static final int PCMPEQQ =
            row("pcmpeqq xmm1, xmm2/m128 = 66 0F 38 29 /r", SSE41 | RW | COMM);
    public static final int PCMPGTB = row("pcmpgtb xmm1, xmm2/m128 = 66 0F 64 /r", RW);
    public static final int PCMPGTW = row("pcmpgtw xmm1, xmm2/m128 = 66 0F 65 /r", RW);
    public static final int PCMPGTD = row("pcmpgtd xmm1, xmm2/m128 = 66 0F 66 /r", RW);
    public static final int PCMPGTQ = row("pcmpgtq xmm1, xmm2/m128 = 66 0F 38 37 /r", SSE42 | RW);
    public static final int PAND = row("pand xmm1, xmm2/m128 = 66 0F DB /r", RW | COMM);
    public static final int PANDN = row("pandn xmm1, xmm2/m128 = 66 0F DF /r", RW);
    public static final int POR = row("por xmm1, xmm2/m128 = 66 0F EB /r", RW | COMM);
    public static final int PXOR = row("pxor xmm1, xmm2/m128 = 66 0F EF /r", RW | COMM);
    public static final int PTEST =
            row("ptest xmm1, xmm2/m128 = 66 0F 38 17 /r", SSE41 | R | FLAGS);
    public static final int PBLENDVB =
            row("pblendvb xmm1, xmm2/m128, <xmm0> = 66 0F 38 10 /r", SSE41 | RW);
    public static final int BLENDVPS =
            row("blendvps xmm1, xmm2/m128, <xmm0> = 66 0F 38 14 /r", SSE41 | RW);
    public static final int BLENDVPD =
            row("blendvpd xmm1, xmm2/m128, <xmm0> = 66 0F 38 15 /r", SSE41 | RW);
    public static final int PBLENDW =
            row("pblendw xmm1, xmm2/m128, imm8 = 66 0F 3A 0E /r ib", SSE41 | RW);

    // Packed integers: shifts

    public static final int PSLLW = row("psllw xmm1, xmm2/m128 = 66 0F F1 /r", RW);
    public static final int PSLLW_XMM_IMM8 = row("psllw xmm1, imm8 = 66 0F 71 /6 ib", RW);
    public static final int PSLLD = row("pslld xmm1, xmm2/m128 = 66 0F F2 /r", RW);
    public static final int PSLLD_XMM_IMM8 = row("pslld xmm1, imm8 = 66 0F 72 /6 ib", RW);
    public static final int PSLLQ = row("psllq xmm1, xmm2/m128 = 66 0F F3 /r", RW);
    public static final int PSLLQ_XMM_IMM8 = row("psllq xmm1, imm8 = 66 0F 73 /6 ib", RW);
    public static final int PSRLW = row("psrlw xmm1, xmm2/m128 = 66 0F D1 /r", RW);
    public static final int PSRLW_XMM_IMM8 = row("psrlw xmm1, imm8 = 66 0F 71 /2 ib", RW);
    public static final int PSRLD = row("psrld xmm1, xmm2/m128 = 66 0F D2 /r", RW);
    public static final int PSRLD_XMM_IMM8 = row("psrld xmm1, imm8 = 66 0F 72 /2 ib", RW);
    public static final int PSRLQ = row("psrlq xmm1, xmm2/m128 = 66 0F D3 /r", RW);
    public static final int PSRLQ_XMM_IMM8 = row("psrlq xmm1, imm8 = 66 0F 73 /2 ib", RW);
    public static final int PSRAW = row("psraw xmm1, xmm2/m128 = 66 0F E1 /r", RW);
    public static final int PSRAW_XMM_IMM8 = row("psraw xmm1, imm8 = 66 0F 71 /4 ib", RW);
    public static final int PSRAD = row("psrad xmm1, xmm2/m128 = 66 0F E2 /r", RW);
    public static final int PSRAD_XMM_IMM8 = row("psrad xmm1, imm8 = 66 0F 72 /4 ib", RW);
    public static final int PSLLDQ_XMM_IMM8 = row("pslldq xmm1, imm8 = 66 0F 73 /7 ib", RW);
    public static final int PSRLDQ_XMM_IMM8 = row("psrldq xmm1, imm8 = 66 0F 73 /3 ib", RW);

    // Packed integers: moving lanes

    public static final int PACKSSWB = row("packsswb xmm1, xmm2/m128 = 66 0F 63 /r", RW);
    public static final int PACKSSDW = row("packssdw xmm1, xmm2/m128 = 66 0F 6B /r", RW);
    public static final int PACKUSWB = row("packuswb xmm1, xmm2/m128 = 66 0F 67 /r", RW);
    public static final int PACKUSDW = row("packusdw xmm1, xmm2/m128 = 66 0F 38 2B /r", SSE41 | RW);
    public static final int PUNPCKLBW = row("punpcklbw xmm1, xmm2/m128 = 66 0F 60 /r", RW);
    public static final int PUNPCKLWD = row("punpcklwd xmm1, xmm2/m128 = 66 0F 61 /r", RW);
    public static final int PUNPCKLDQ = row("punpckldq xmm1, xmm2/m128 = 66 0F 62 /r", RW);
    public static final int PUNPCKLQDQ = row("punpcklqdq xmm1, xmm2/m128 = 66 0F 6C /r", RW);
    public static final int PUNPCKHBW = row("punpckhbw xmm1, xmm2/m128 = 66 0F 68 /r", RW);
    public static final int PUNPCKHWD = row("punpckhwd xmm1, xmm2/m128 = 66 0F 69 /r", RW);
    public static final int PUNPCKHDQ = row("punpckhdq xmm1, xmm2/m128 = 66 0F 6A /r", RW);
    public static final int PUNPCKHQDQ = row("punpckhqdq xmm1, xmm2/m128 = 66 0F 6D /r", RW);
    public static final int PSHUFD = row("pshufd xmm1, xmm2/m128, imm8 = 66 0F 70 /r ib");
    public static final int PSHUFLW = row("pshuflw xmm1, xmm2/m128, imm8 = F2 0F 70 /r ib");
    public static final int PSHUFHW = row("pshufhw xmm1, xmm2/m128, imm8 = F3 0F 70 /r ib");
    public static final int PSHUFB = row("pshufb xmm1, xmm2/m128 = 66 0F 38 00 /r", SSSE3 | RW);
    public static final int PALIGNR =
            row("palignr xmm1, xmm2/m128, imm8 = 66 0F 3A 0F /r ib", SSSE3 | RW);
    public static final int PINSRB_XMM_R32M8_IMM8 =
            row("pinsrb xmm1, r32/m8, imm8 = 66 0F 3A 20 /r ib", SSE41 | RW);
    public static final int PINSRW_XMM_R32M16_IMM8 =
            row("pinsrw xmm1, r32/m16, imm8 = 66 0F C4 /r ib", RW);
    public static final int PINSRD_XMM_RM32_IMM8 =
            row("pinsrd xmm1, r/m32, imm8 = 66 0F 3A 22 /r ib", SSE41 | RW);
    public static final int PINSRQ_XMM_RM64_IMM8 =
            row("pinsrq xmm1, r/m64, imm8 = 66 REX.W 0F 3A 22 /r ib", SSE41 | RW);
    public static final int PEXTRB_R32M8_XMM_IMM8 =
            row("pextrb r32/m8, xmm1, imm8 = 66 0F 3A 14 /r ib", SSE41);
    public static final int PEXTRW_R32_XMM_IMM8 = row("pextrw r32, xmm1, imm8 = 66 0F C5 /r ib");
    public static final int PEXTRW_M16_XMM_IMM8 =
            row("pextrw m16, xmm1, imm8 = 66 0F 3A 15 /r ib", SSE41);
    public static final int PEXTRD_RM32_XMM_IMM8 =
            row("pextrd r/m32, xmm1, imm8 = 66 0F 3A 16 /r ib", SSE41);
    public static final int PEXTRQ_RM64_XMM_IMM8 =
            row("pextrq r/m64, xmm1, imm8 = 66 REX.W 0F 3A 16 /r ib", SSE41);
    public static final int PMOVSXBW = row("pmovsxbw xmm1, xmm2/m64 = 66 0F 38 20 /r", SSE41);
    public static final int PMOVZXBW = row("pmovzxbw xmm1, xmm2/m64 = 66 0F 38 30 /r", SSE41);
    public static final int PMOVSXBD = row("pmovsxbd xmm1, xmm2/m32 = 66 0F 38 21 /r", SSE41);
    public static final int PMOVZXBD = row("pmovzxbd xmm1, xmm2/m32 = 66 0F 38 31 /r", SSE41);
    public static final int PMOVSXBQ = row("pmovsxbq xmm1, xmm2/m16 = 66 0F 38 22 /r", SSE41);
    public static final int PMOVZXBQ = row("pmovzxbq xmm1, xmm2/m16 = 66 0F 38 32 /r", SSE41);
    public static final int PMOVSXWD = row("pmovsxwd xmm1, xmm2/m64 = 66 0F 38 23 /r", SSE41);
    public static final int PMOVZXWD = row("pmovzxwd xmm1, xmm2/m64 = 66 0F 38 33 /r", SSE41);
    public static final int PMOVSXWQ = row("pmovsxwq xmm1, xmm2/m32 = 66 0F 38 24 /r", SSE41);
    public static final int PMOVZXWQ = row("pmovzxwq xmm1, xmm2/m32 = 66 0F 38 34 /r", SSE41);
    public static final int PMOVSXDQ = row("pmovsxdq xmm1, xmm2/m64 = 66 0F 38 25 /r", SSE41);
    public static final int PMOVZXDQ = row("pmovzxdq xmm1, xmm2/m64 = 66 0F 38 35 /r", SSE41);
}
