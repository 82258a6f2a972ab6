package wasm2obj.isel.x64.instruction;

import static wasm2obj.isel.x64.instruction.Feature.AVX;
import static wasm2obj.isel.x64.instruction.Feature.AVX2;
import static wasm2obj.isel.x64.instruction.Feature.FMA;

/**
 * Floating-point and vector instructions in their VEX forms: a destination of their own, no alignment asked of memory.
 *
 * <p>Rows made by {@code vex} are the SSE row named there with one more operand where that row's destination is a source
 * too; roles, flags and everything else are the same. 128 bits only: WebAssembly has no wider vectors.
 */
abstract class AvxRows extends SseRows {
    AvxRows() {}

    // Scalar floating point

    public static final int VADDSS =
            vex(ADDSS, "vaddss xmm1, xmm2, xmm3/m32", "VEX.LIG.F3.0F.WIG 58 /r");
    public static final int VADDSD =
            vex(ADDSD, "vaddsd xmm1, xmm2, xmm3/m64", "VEX.LIG.F2.0F.WIG 58 /r");
    public static final int VMULSS =
            vex(MULSS, "vmulss xmm1, xmm2, xmm3/m32", "VEX.LIG.F3.0F.WIG 59 /r");
    public static final int VMULSD =
            vex(MULSD, "vmulsd xmm1, xmm2, xmm3/m64", "VEX.LIG.F2.0F.WIG 59 /r");
    public static final int VSUBSS =
            vex(SUBSS, "vsubss xmm1, xmm2, xmm3/m32", "VEX.LIG.F3.0F.WIG 5C /r");
    public static final int VSUBSD =
            vex(SUBSD, "vsubsd xmm1, xmm2, xmm3/m64", "VEX.LIG.F2.0F.WIG 5C /r");
    public static final int VDIVSS =
            vex(DIVSS, "vdivss xmm1, xmm2, xmm3/m32", "VEX.LIG.F3.0F.WIG 5E /r");
    public static final int VDIVSD =
            vex(DIVSD, "vdivsd xmm1, xmm2, xmm3/m64", "VEX.LIG.F2.0F.WIG 5E /r");
    public static final int VMINSS =
            vex(MINSS, "vminss xmm1, xmm2, xmm3/m32", "VEX.LIG.F3.0F.WIG 5D /r");
    public static final int VMINSD =
            vex(MINSD, "vminsd xmm1, xmm2, xmm3/m64", "VEX.LIG.F2.0F.WIG 5D /r");
    public static final int VMAXSS =
            vex(MAXSS, "vmaxss xmm1, xmm2, xmm3/m32", "VEX.LIG.F3.0F.WIG 5F /r");
    public static final int VMAXSD =
            vex(MAXSD, "vmaxsd xmm1, xmm2, xmm3/m64", "VEX.LIG.F2.0F.WIG 5F /r");
    public static final int VSQRTSS =
            vex(SQRTSS, "vsqrtss xmm1, xmm2, xmm3/m32", "VEX.LIG.F3.0F.WIG 51 /r");
    public static final int VSQRTSD =
            vex(SQRTSD, "vsqrtsd xmm1, xmm2, xmm3/m64", "VEX.LIG.F2.0F.WIG 51 /r");
    public static final int VROUNDSS =
            vex(ROUNDSS, "vroundss xmm1, xmm2, xmm3/m32, imm8", "VEX.LIG.66.0F3A.WIG 0A /r ib");
    public static final int VROUNDSD =
            vex(ROUNDSD, "vroundsd xmm1, xmm2, xmm3/m64, imm8", "VEX.LIG.66.0F3A.WIG 0B /r ib");
    public static final int VUCOMISS =
            vex(UCOMISS, "vucomiss xmm1, xmm2/m32", "VEX.LIG.0F.WIG 2E /r");
    public static final int VUCOMISD =
            vex(UCOMISD, "vucomisd xmm1, xmm2/m64", "VEX.LIG.66.0F.WIG 2E /r");
    public static final int VCOMISS = vex(COMISS, "vcomiss xmm1, xmm2/m32", "VEX.LIG.0F.WIG 2F /r");
    public static final int VCOMISD =
            vex(COMISD, "vcomisd xmm1, xmm2/m64", "VEX.LIG.66.0F.WIG 2F /r");
    public static final int VCMPSS =
            vex(CMPSS, "vcmpss xmm1, xmm2, xmm3/m32, imm8", "VEX.LIG.F3.0F.WIG C2 /r ib");
    public static final int VCMPSD =
            vex(CMPSD, "vcmpsd xmm1, xmm2, xmm3/m64, imm8", "VEX.LIG.F2.0F.WIG C2 /r ib");

    // Conversions. From integers and between scalars, the other bits of the destination stay: clear
    // it first where that waits

    public static final int VCVTSI2SS_XMM_XMM_RM32 =
            vex(CVTSI2SS_XMM_RM32, "vcvtsi2ss xmm1, xmm2, r/m32", "VEX.LIG.F3.0F.W0 2A /r");
    public static final int VCVTSI2SS_XMM_XMM_RM64 =
            vex(CVTSI2SS_XMM_RM64, "vcvtsi2ss xmm1, xmm2, r/m64", "VEX.LIG.F3.0F.W1 2A /r");
    public static final int VCVTSI2SD_XMM_XMM_RM32 =
            vex(CVTSI2SD_XMM_RM32, "vcvtsi2sd xmm1, xmm2, r/m32", "VEX.LIG.F2.0F.W0 2A /r");
    public static final int VCVTSI2SD_XMM_XMM_RM64 =
            vex(CVTSI2SD_XMM_RM64, "vcvtsi2sd xmm1, xmm2, r/m64", "VEX.LIG.F2.0F.W1 2A /r");
    public static final int VCVTTSS2SI_R32_XMMM32 =
            vex(CVTTSS2SI_R32_XMMM32, "vcvttss2si r32, xmm1/m32", "VEX.LIG.F3.0F.W0 2C /r");
    public static final int VCVTTSS2SI_R64_XMMM32 =
            vex(CVTTSS2SI_R64_XMMM32, "vcvttss2si r64, xmm1/m32", "VEX.LIG.F3.0F.W1 2C /r");
    public static final int VCVTTSD2SI_R32_XMMM64 =
            vex(CVTTSD2SI_R32_XMMM64, "vcvttsd2si r32, xmm1/m64", "VEX.LIG.F2.0F.W0 2C /r");
    public static final int VCVTTSD2SI_R64_XMMM64 =
            vex(CVTTSD2SI_R64_XMMM64, "vcvttsd2si r64, xmm1/m64", "VEX.LIG.F2.0F.W1 2C /r");
    public static final int VCVTSS2SI_R32_XMMM32 =
            vex(CVTSS2SI_R32_XMMM32, "vcvtss2si r32, xmm1/m32", "VEX.LIG.F3.0F.W0 2D /r");
    public static final int VCVTSS2SI_R64_XMMM32 =
            vex(CVTSS2SI_R64_XMMM32, "vcvtss2si r64, xmm1/m32", "VEX.LIG.F3.0F.W1 2D /r");
    public static final int VCVTSD2SI_R32_XMMM64 =
            vex(CVTSD2SI_R32_XMMM64, "vcvtsd2si r32, xmm1/m64", "VEX.LIG.F2.0F.W0 2D /r");
    public static final int VCVTSD2SI_R64_XMMM64 =
            vex(CVTSD2SI_R64_XMMM64, "vcvtsd2si r64, xmm1/m64", "VEX.LIG.F2.0F.W1 2D /r");
    public static final int VCVTSS2SD =
            vex(CVTSS2SD, "vcvtss2sd xmm1, xmm2, xmm3/m32", "VEX.LIG.F3.0F.WIG 5A /r");
    public static final int VCVTSD2SS =
            vex(CVTSD2SS, "vcvtsd2ss xmm1, xmm2, xmm3/m64", "VEX.LIG.F2.0F.WIG 5A /r");
    public static final int VCVTDQ2PS =
            vex(CVTDQ2PS, "vcvtdq2ps xmm1, xmm2/m128", "VEX.128.0F.WIG 5B /r");
    public static final int VCVTTPS2DQ =
            vex(CVTTPS2DQ, "vcvttps2dq xmm1, xmm2/m128", "VEX.128.F3.0F.WIG 5B /r");
    public static final int VCVTPS2DQ =
            vex(CVTPS2DQ, "vcvtps2dq xmm1, xmm2/m128", "VEX.128.66.0F.WIG 5B /r");
    public static final int VCVTDQ2PD =
            vex(CVTDQ2PD, "vcvtdq2pd xmm1, xmm2/m64", "VEX.128.F3.0F.WIG E6 /r");
    public static final int VCVTTPD2DQ =
            vex(CVTTPD2DQ, "vcvttpd2dq xmm1, xmm2/m128", "VEX.128.66.0F.WIG E6 /r");
    public static final int VCVTPD2DQ =
            vex(CVTPD2DQ, "vcvtpd2dq xmm1, xmm2/m128", "VEX.128.F2.0F.WIG E6 /r");
    public static final int VCVTPS2PD =
            vex(CVTPS2PD, "vcvtps2pd xmm1, xmm2/m64", "VEX.128.0F.WIG 5A /r");
    public static final int VCVTPD2PS =
            vex(CVTPD2PS, "vcvtpd2ps xmm1, xmm2/m128", "VEX.128.66.0F.WIG 5A /r");

    // Moves

    public static final int VMOVAPS =
            vex(MOVAPS, "vmovaps xmm1, xmm2/m128", "VEX.128.0F.WIG 28 /r");
    public static final int VMOVAPS_M128_XMM =
            vex(MOVAPS_M128_XMM, "vmovaps m128, xmm1", "VEX.128.0F.WIG 29 /r");
    public static final int VMOVUPS =
            vex(MOVUPS, "vmovups xmm1, xmm2/m128", "VEX.128.0F.WIG 10 /r");
    public static final int VMOVUPS_M128_XMM =
            vex(MOVUPS_M128_XMM, "vmovups m128, xmm1", "VEX.128.0F.WIG 11 /r");
    public static final int VMOVDQA =
            vex(MOVDQA, "vmovdqa xmm1, xmm2/m128", "VEX.128.66.0F.WIG 6F /r");
    public static final int VMOVDQA_M128_XMM =
            vex(MOVDQA_M128_XMM, "vmovdqa m128, xmm1", "VEX.128.66.0F.WIG 7F /r");
    public static final int VMOVDQU =
            vex(MOVDQU, "vmovdqu xmm1, xmm2/m128", "VEX.128.F3.0F.WIG 6F /r");
    public static final int VMOVDQU_M128_XMM =
            vex(MOVDQU_M128_XMM, "vmovdqu m128, xmm1", "VEX.128.F3.0F.WIG 7F /r");
    public static final int VMOVSS_XMM_M32 =
            vex(MOVSS_XMM_M32, "vmovss xmm1, m32", "VEX.LIG.F3.0F.WIG 10 /r");
    public static final int VMOVSS_M32_XMM =
            vex(MOVSS_M32_XMM, "vmovss m32, xmm1", "VEX.LIG.F3.0F.WIG 11 /r");
    public static final int VMOVSS_XMM_XMM_XMM =
            vex(MOVSS_XMM_XMM, "vmovss xmm1, xmm2, xmm3", "VEX.LIG.F3.0F.WIG 10 /r");
    public static final int VMOVSD_XMM_M64 =
            vex(MOVSD_XMM_M64, "vmovsd xmm1, m64", "VEX.LIG.F2.0F.WIG 10 /r");
    public static final int VMOVSD_M64_XMM =
            vex(MOVSD_M64_XMM, "vmovsd m64, xmm1", "VEX.LIG.F2.0F.WIG 11 /r");
    public static final int VMOVSD_XMM_XMM_XMM =
            vex(MOVSD_XMM_XMM, "vmovsd xmm1, xmm2, xmm3", "VEX.LIG.F2.0F.WIG 10 /r");
    public static final int VMOVD_XMM_RM32 =
            vex(MOVD_XMM_RM32, "vmovd xmm1, r/m32", "VEX.128.66.0F.W0 6E /r");
    public static final int VMOVD_RM32_XMM =
            vex(MOVD_RM32_XMM, "vmovd r/m32, xmm1", "VEX.128.66.0F.W0 7E /r");
    public static final int VMOVQ_XMM_RM64 =
            vex(MOVQ_XMM_RM64, "vmovq xmm1, r/m64", "VEX.128.66.0F.W1 6E /r");
    public static final int VMOVQ_RM64_XMM =
            vex(MOVQ_RM64_XMM, "vmovq r/m64, xmm1", "VEX.128.66.0F.W1 7E /r");
    public static final int VMOVQ = vex(MOVQ, "vmovq xmm1, xmm2/m64", "VEX.128.F3.0F.WIG 7E /r");
    public static final int VMOVQ_M64_XMM =
            vex(MOVQ_M64_XMM, "vmovq m64, xmm1", "VEX.128.66.0F.WIG D6 /r");
    public static final int VMOVLPS_XMM_XMM_M64 =
            vex(MOVLPS_XMM_M64, "vmovlps xmm1, xmm2, m64", "VEX.128.0F.WIG 12 /r");
    public static final int VMOVLPS_M64_XMM =
            vex(MOVLPS_M64_XMM, "vmovlps m64, xmm1", "VEX.128.0F.WIG 13 /r");
    public static final int VMOVHPS_XMM_XMM_M64 =
            vex(MOVHPS_XMM_M64, "vmovhps xmm1, xmm2, m64", "VEX.128.0F.WIG 16 /r");
    public static final int VMOVHPS_M64_XMM =
            vex(MOVHPS_M64_XMM, "vmovhps m64, xmm1", "VEX.128.0F.WIG 17 /r");
    public static final int VMOVLPD_XMM_XMM_M64 =
            vex(MOVLPD_XMM_M64, "vmovlpd xmm1, xmm2, m64", "VEX.128.66.0F.WIG 12 /r");
    public static final int VMOVLPD_M64_XMM =
            vex(MOVLPD_M64_XMM, "vmovlpd m64, xmm1", "VEX.128.66.0F.WIG 13 /r");
    public static final int VMOVHPD_XMM_XMM_M64 =
            vex(MOVHPD_XMM_M64, "vmovhpd xmm1, xmm2, m64", "VEX.128.66.0F.WIG 16 /r");
    public static final int VMOVHPD_M64_XMM =
            vex(MOVHPD_M64_XMM, "vmovhpd m64, xmm1", "VEX.128.66.0F.WIG 17 /r");
    public static final int VMOVHLPS_XMM_XMM_XMM =
            vex(MOVHLPS_XMM_XMM, "vmovhlps xmm1, xmm2, xmm3", "VEX.128.0F.WIG 12 /r");
    public static final int VMOVLHPS_XMM_XMM_XMM =
            vex(MOVLHPS_XMM_XMM, "vmovlhps xmm1, xmm2, xmm3", "VEX.128.0F.WIG 16 /r");
    public static final int VMOVDDUP =
            vex(MOVDDUP, "vmovddup xmm1, xmm2/m64", "VEX.128.F2.0F.WIG 12 /r");
    public static final int VMOVSHDUP =
            vex(MOVSHDUP, "vmovshdup xmm1, xmm2/m128", "VEX.128.F3.0F.WIG 16 /r");
    public static final int VMOVSLDUP =
            vex(MOVSLDUP, "vmovsldup xmm1, xmm2/m128", "VEX.128.F3.0F.WIG 12 /r");
    public static final int VMOVMSKPS_R32_XMM =
            vex(MOVMSKPS_R32_XMM, "vmovmskps r32, xmm1", "VEX.128.0F.WIG 50 /r");
    public static final int VMOVMSKPD_R32_XMM =
            vex(MOVMSKPD_R32_XMM, "vmovmskpd r32, xmm1", "VEX.128.66.0F.WIG 50 /r");
    public static final int VPMOVMSKB_R32_XMM =
            vex(PMOVMSKB_R32_XMM, "vpmovmskb r32, xmm1", "VEX.128.66.0F.WIG D7 /r");

    // Packed floating point

    public static final int VADDPS =
            vex(ADDPS, "vaddps xmm1, xmm2, xmm3/m128", "VEX.128.0F.WIG 58 /r");
    public static final int VADDPD =
            vex(ADDPD, "vaddpd xmm1, xmm2, xmm3/m128", "VEX.128.66.0F.WIG 58 /r");
    public static final int VMULPS =
            vex(MULPS, "vmulps xmm1, xmm2, xmm3/m128", "VEX.128.0F.WIG 59 /r");
    public static final int VMULPD =
            vex(MULPD, "vmulpd xmm1, xmm2, xmm3/m128", "VEX.128.66.0F.WIG 59 /r");
    public static final int VSUBPS =
            vex(SUBPS, "vsubps xmm1, xmm2, xmm3/m128", "VEX.128.0F.WIG 5C /r");
    public static final int VSUBPD =
            vex(SUBPD, "vsubpd xmm1, xmm2, xmm3/m128", "VEX.128.66.0F.WIG 5C /r");
    public static final int VDIVPS =
            vex(DIVPS, "vdivps xmm1, xmm2, xmm3/m128", "VEX.128.0F.WIG 5E /r");
    public static final int VDIVPD =
            vex(DIVPD, "vdivpd xmm1, xmm2, xmm3/m128", "VEX.128.66.0F.WIG 5E /r");
    public static final int VMINPS =
            vex(MINPS, "vminps xmm1, xmm2, xmm3/m128", "VEX.128.0F.WIG 5D /r");
    public static final int VMINPD =
            vex(MINPD, "vminpd xmm1, xmm2, xmm3/m128", "VEX.128.66.0F.WIG 5D /r");
    public static final int VMAXPS =
            vex(MAXPS, "vmaxps xmm1, xmm2, xmm3/m128", "VEX.128.0F.WIG 5F /r");
    public static final int VMAXPD =
            vex(MAXPD, "vmaxpd xmm1, xmm2, xmm3/m128", "VEX.128.66.0F.WIG 5F /r");
    public static final int VSQRTPS =
            vex(SQRTPS, "vsqrtps xmm1, xmm2/m128", "VEX.128.0F.WIG 51 /r");
    public static final int VSQRTPD =
            vex(SQRTPD, "vsqrtpd xmm1, xmm2/m128", "VEX.128.66.0F.WIG 51 /r");
    public static final int VANDPS =
            vex(ANDPS, "vandps xmm1, xmm2, xmm3/m128", "VEX.128.0F.WIG 54 /r");
    public static final int VANDPD =
            vex(ANDPD, "vandpd xmm1, xmm2, xmm3/m128", "VEX.128.66.0F.WIG 54 /r");
    public static final int VANDNPS =
            vex(ANDNPS, "vandnps xmm1, xmm2, xmm3/m128", "VEX.128.0F.WIG 55 /r");
    public static final int VANDNPD =
            vex(ANDNPD, "vandnpd xmm1, xmm2, xmm3/m128", "VEX.128.66.0F.WIG 55 /r");
    public static final int VORPS =
            vex(ORPS, "vorps xmm1, xmm2, xmm3/m128", "VEX.128.0F.WIG 56 /r");
    public static final int VORPD =
            vex(ORPD, "vorpd xmm1, xmm2, xmm3/m128", "VEX.128.66.0F.WIG 56 /r");
    public static final int VXORPS =
            vex(XORPS, "vxorps xmm1, xmm2, xmm3/m128", "VEX.128.0F.WIG 57 /r");
    public static final int VXORPD =
            vex(XORPD, "vxorpd xmm1, xmm2, xmm3/m128", "VEX.128.66.0F.WIG 57 /r");
    public static final int VCMPPS =
            vex(CMPPS, "vcmpps xmm1, xmm2, xmm3/m128, imm8", "VEX.128.0F.WIG C2 /r ib");
    public static final int VCMPPD =
            vex(CMPPD, "vcmppd xmm1, xmm2, xmm3/m128, imm8", "VEX.128.66.0F.WIG C2 /r ib");
    public static final int VROUNDPS =
            vex(ROUNDPS, "vroundps xmm1, xmm2/m128, imm8", "VEX.128.66.0F3A.WIG 08 /r ib");
    public static final int VROUNDPD =
            vex(ROUNDPD, "vroundpd xmm1, xmm2/m128, imm8", "VEX.128.66.0F3A.WIG 09 /r ib");
    public static final int VSHUFPS =
            vex(SHUFPS, "vshufps xmm1, xmm2, xmm3/m128, imm8", "VEX.128.0F.WIG C6 /r ib");
    public static final int VSHUFPD =
            vex(SHUFPD, "vshufpd xmm1, xmm2, xmm3/m128, imm8", "VEX.128.66.0F.WIG C6 /r ib");
    public static final int VUNPCKLPS =
            vex(UNPCKLPS, "vunpcklps xmm1, xmm2, xmm3/m128", "VEX.128.0F.WIG 14 /r");
    public static final int VUNPCKLPD =
            vex(UNPCKLPD, "vunpcklpd xmm1, xmm2, xmm3/m128", "VEX.128.66.0F.WIG 14 /r");
    public static final int VUNPCKHPS =
            vex(UNPCKHPS, "vunpckhps xmm1, xmm2, xmm3/m128", "VEX.128.0F.WIG 15 /r");
    public static final int VUNPCKHPD =
            vex(UNPCKHPD, "vunpckhpd xmm1, xmm2, xmm3/m128", "VEX.128.66.0F.WIG 15 /r");
    public static final int VHADDPS =
            vex(HADDPS, "vhaddps xmm1, xmm2, xmm3/m128", "VEX.128.F2.0F.WIG 7C /r");
    public static final int VHADDPD =
            vex(HADDPD, "vhaddpd xmm1, xmm2, xmm3/m128", "VEX.128.66.0F.WIG 7C /r");
    public static final int VBLENDPS =
            vex(BLENDPS, "vblendps xmm1, xmm2, xmm3/m128, imm8", "VEX.128.66.0F3A.WIG 0C /r ib");
    public static final int VBLENDPD =
            vex(BLENDPD, "vblendpd xmm1, xmm2, xmm3/m128, imm8", "VEX.128.66.0F3A.WIG 0D /r ib");
    public static final int VINSERTPS =
            vex(INSERTPS, "vinsertps xmm1, xmm2, xmm3/m32, imm8", "VEX.128.66.0F3A.WIG 21 /r ib");
    public static final int VEXTRACTPS_RM32_XMM_IMM8 =
            vex(
                    EXTRACTPS_RM32_XMM_IMM8,
                    "vextractps r/m32, xmm1, imm8",
                    "VEX.128.66.0F3A.WIG 17 /r ib");

    // Packed integers: arithmetic

    public static final int VPADDB =
            vex(PADDB, "vpaddb xmm1, xmm2, xmm3/m128", "VEX.128.66.0F.WIG FC /r");
    public static final int VPADDW =
            vex(PADDW, "vpaddw xmm1, xmm2, xmm3/m128", "VEX.128.66.0F.WIG FD /r");
    public static final int VPADDD =
            vex(PADDD, "vpaddd xmm1, xmm2, xmm3/m128", "VEX.128.66.0F.WIG FE /r");
    public static final int VPADDQ =
            vex(PADDQ, "vpaddq xmm1, xmm2, xmm3/m128", "VEX.128.66.0F.WIG D4 /r");
    public static final int VPADDSB =
            vex(PADDSB, "vpaddsb xmm1, xmm2, xmm3/m128", "VEX.128.66.0F.WIG EC /r");
    public static final int VPADDSW =
            vex(PADDSW, "vpaddsw xmm1, xmm2, xmm3/m128", "VEX.128.66.0F.WIG ED /r");
    public static final int VPADDUSB =
            vex(PADDUSB, "vpaddusb xmm1, xmm2, xmm3/m128", "VEX.128.66.0F.WIG DC /r");
    public static final int VPADDUSW =
            vex(PADDUSW, "vpaddusw xmm1, xmm2, xmm3/m128", "VEX.128.66.0F.WIG DD /r");
    public static final int VPSUBB =
            vex(PSUBB, "vpsubb xmm1, xmm2, xmm3/m128", "VEX.128.66.0F.WIG F8 /r");
    public static final int VPSUBW =
            vex(PSUBW, "vpsubw xmm1, xmm2, xmm3/m128", "VEX.128.66.0F.WIG F9 /r");
    public static final int VPSUBD =
            vex(PSUBD, "vpsubd xmm1, xmm2, xmm3/m128", "VEX.128.66.0F.WIG FA /r");
    public static final int VPSUBQ =
            vex(PSUBQ, "vpsubq xmm1, xmm2, xmm3/m128", "VEX.128.66.0F.WIG FB /r");
    public static final int VPSUBSB =
            vex(PSUBSB, "vpsubsb xmm1, xmm2, xmm3/m128", "VEX.128.66.0F.WIG E8 /r");
    public static final int VPSUBSW =
            vex(PSUBSW, "vpsubsw xmm1, xmm2, xmm3/m128", "VEX.128.66.0F.WIG E9 /r");
    public static final int VPSUBUSB =
            vex(PSUBUSB, "vpsubusb xmm1, xmm2, xmm3/m128", "VEX.128.66.0F.WIG D8 /r");
    public static final int VPSUBUSW =
            vex(PSUBUSW, "vpsubusw xmm1, xmm2, xmm3/m128", "VEX.128.66.0F.WIG D9 /r");
    public static final int VPMULLW =
            vex(PMULLW, "vpmullw xmm1, xmm2, xmm3/m128", "VEX.128.66.0F.WIG D5 /r");
    public static final int VPMULHW =
            vex(PMULHW, "vpmulhw xmm1, xmm2, xmm3/m128", "VEX.128.66.0F.WIG E5 /r");
    public static final int VPMULHUW =
            vex(PMULHUW, "vpmulhuw xmm1, xmm2, xmm3/m128", "VEX.128.66.0F.WIG E4 /r");
    public static final int VPMULUDQ =
            vex(PMULUDQ, "vpmuludq xmm1, xmm2, xmm3/m128", "VEX.128.66.0F.WIG F4 /r");
    public static final int VPMADDWD =
            vex(PMADDWD, "vpmaddwd xmm1, xmm2, xmm3/m128", "VEX.128.66.0F.WIG F5 /r");
    public static final int VPMULLD =
            vex(PMULLD, "vpmulld xmm1, xmm2, xmm3/m128", "VEX.128.66.0F38.WIG 40 /r");
    public static final int VPMULDQ =
            vex(PMULDQ, "vpmuldq xmm1, xmm2, xmm3/m128", "VEX.128.66.0F38.WIG 28 /r");
    public static final int VPMADDUBSW =
            vex(PMADDUBSW, "vpmaddubsw xmm1, xmm2, xmm3/m128", "VEX.128.66.0F38.WIG 04 /r");
    public static final int VPMULHRSW =
            vex(PMULHRSW, "vpmulhrsw xmm1, xmm2, xmm3/m128", "VEX.128.66.0F38.WIG 0B /r");
    public static final int VPHADDW =
            vex(PHADDW, "vphaddw xmm1, xmm2, xmm3/m128", "VEX.128.66.0F38.WIG 01 /r");
    public static final int VPHADDD =
            vex(PHADDD, "vphaddd xmm1, xmm2, xmm3/m128", "VEX.128.66.0F38.WIG 02 /r");
    public static final int VPAVGB =
            vex(PAVGB, "vpavgb xmm1, xmm2, xmm3/m128", "VEX.128.66.0F.WIG E0 /r");
    public static final int VPAVGW =
            vex(PAVGW, "vpavgw xmm1, xmm2, xmm3/m128", "VEX.128.66.0F.WIG E3 /r");
    public static final int VPSADBW =
            vex(PSADBW, "vpsadbw xmm1, xmm2, xmm3/m128", "VEX.128.66.0F.WIG F6 /r");
    public static final int VPMINUB =
            vex(PMINUB, "vpminub xmm1, xmm2, xmm3/m128", "VEX.128.66.0F.WIG DA /r");
    public static final int VPMINSW =
            vex(PMINSW, "vpminsw xmm1, xmm2, xmm3/m128", "VEX.128.66.0F.WIG EA /r");
    public static final int VPMAXUB =
            vex(PMAXUB, "vpmaxub xmm1, xmm2, xmm3/m128", "VEX.128.66.0F.WIG DE /r");
    public static final int VPMAXSW =
            vex(PMAXSW, "vpmaxsw xmm1, xmm2, xmm3/m128", "VEX.128.66.0F.WIG EE /r");
    public static final int VPMINSB =
            vex(PMINSB, "vpminsb xmm1, xmm2, xmm3/m128", "VEX.128.66.0F38.WIG 38 /r");
    public static final int VPMINSD =
            vex(PMINSD, "vpminsd xmm1, xmm2, xmm3/m128", "VEX.128.66.0F38.WIG 39 /r");
    public static final int VPMINUW =
            vex(PMINUW, "vpminuw xmm1, xmm2, xmm3/m128", "VEX.128.66.0F38.WIG 3A /r");
    public static final int VPMINUD =
            vex(PMINUD, "vpminud xmm1, xmm2, xmm3/m128", "VEX.128.66.0F38.WIG 3B /r");
    public static final int VPMAXSB =
            vex(PMAXSB, "vpmaxsb xmm1, xmm2, xmm3/m128", "VEX.128.66.0F38.WIG 3C /r");
    public static final int VPMAXSD =
            vex(PMAXSD, "vpmaxsd xmm1, xmm2, xmm3/m128", "VEX.128.66.0F38.WIG 3D /r");
    public static final int VPMAXUW =
            vex(PMAXUW, "vpmaxuw xmm1, xmm2, xmm3/m128", "VEX.128.66.0F38.WIG 3E /r");
    public static final int VPMAXUD =
            vex(PMAXUD, "vpmaxud xmm1, xmm2, xmm3/m128", "VEX.128.66.0F38.WIG 3F /r");
    public static final int VPABSB =
            vex(PABSB, "vpabsb xmm1, xmm2/m128", "VEX.128.66.0F38.WIG 1C /r");
    public static final int VPABSW =
            vex(PABSW, "vpabsw xmm1, xmm2/m128", "VEX.128.66.0F38.WIG 1D /r");
    public static final int VPABSD =
            vex(PABSD, "vpabsd xmm1, xmm2/m128", "VEX.128.66.0F38.WIG 1E /r");
    public static final int VPSIGNB =
            vex(PSIGNB, "vpsignb xmm1, xmm2, xmm3/m128", "VEX.128.66.0F38.WIG 08 /r");
    public static final int VPSIGNW =
            vex(PSIGNW, "vpsignw xmm1, xmm2, xmm3/m128", "VEX.128.66.0F38.WIG 09 /r");
    public static final int VPSIGND =
            vex(PSIGND, "vpsignd xmm1, xmm2, xmm3/m128", "VEX.128.66.0F38.WIG 0A /r");

    // Packed integers: comparison and logic

    public static final int VPCMPEQB =
            vex(PCMPEQB, "vpcmpeqb xmm1, xmm2, xmm3/m128", "VEX.128.66.0F.WIG 74 /r");
    public static final int VPCMPEQW =
            vex(PCMPEQW, "vpcmpeqw xmm1, xmm2, xmm3/m128", "VEX.128.66.0F.WIG 75 /r");
    public static final int VPCMPEQD =
            vex(PCMPEQD, "vpcmpeqd xmm1, xmm2, xmm3/m128", "VEX.128.66.0F.WIG 76 /r");
    public static final int VPCMPEQQ =
            vex(PCMPEQQ, "vpcmpeqq xmm1, xmm2, xmm3/m128", "VEX.128.66.0F38.WIG 29 /r");
    public static final int VPCMPGTB =
            vex(PCMPGTB, "vpcmpgtb xmm1, xmm2, xmm3/m128", "VEX.128.66.0F.WIG 64 /r");
    public static final int VPCMPGTW =
            vex(PCMPGTW, "vpcmpgtw xmm1, xmm2, xmm3/m128", "VEX.128.66.0F.WIG 65 /r");
    public static final int VPCMPGTD =
            vex(PCMPGTD, "vpcmpgtd xmm1, xmm2, xmm3/m128", "VEX.128.66.0F.WIG 66 /r");
    public static final int VPCMPGTQ =
            vex(PCMPGTQ, "vpcmpgtq xmm1, xmm2, xmm3/m128", "VEX.128.66.0F38.WIG 37 /r");
    public static final int VPAND =
            vex(PAND, "vpand xmm1, xmm2, xmm3/m128", "VEX.128.66.0F.WIG DB /r");
    public static final int VPANDN =
            vex(PANDN, "vpandn xmm1, xmm2, xmm3/m128", "VEX.128.66.0F.WIG DF /r");
    public static final int VPOR =
            vex(POR, "vpor xmm1, xmm2, xmm3/m128", "VEX.128.66.0F.WIG EB /r");
    public static final int VPXOR =
            vex(PXOR, "vpxor xmm1, xmm2, xmm3/m128", "VEX.128.66.0F.WIG EF /r");
    public static final int VPTEST =
            vex(PTEST, "vptest xmm1, xmm2/m128", "VEX.128.66.0F38.WIG 17 /r");
    public static final int VPBLENDW =
            vex(PBLENDW, "vpblendw xmm1, xmm2, xmm3/m128, imm8", "VEX.128.66.0F3A.WIG 0E /r ib");

    // Packed integers: shifts

    public static final int VPSLLW =
            vex(PSLLW, "vpsllw xmm1, xmm2, xmm3/m128", "VEX.128.66.0F.WIG F1 /r");
    public static final int VPSLLW_XMM_XMM_IMM8 =
            vex(PSLLW_XMM_IMM8, "vpsllw xmm1, xmm2, imm8", "VEX.128.66.0F.WIG 71 /6 ib");
    public static final int VPSLLD =
            vex(PSLLD, "vpslld xmm1, xmm2, xmm3/m128", "VEX.128.66.0F.WIG F2 /r");
    public static final int VPSLLD_XMM_XMM_IMM8 =
            vex(PSLLD_XMM_IMM8, "vpslld xmm1, xmm2, imm8", "VEX.128.66.0F.WIG 72 /6 ib");
    public static final int VPSLLQ =
            vex(PSLLQ, "vpsllq xmm1, xmm2, xmm3/m128", "VEX.128.66.0F.WIG F3 /r");
    public static final int VPSLLQ_XMM_XMM_IMM8 =
            vex(PSLLQ_XMM_IMM8, "vpsllq xmm1, xmm2, imm8", "VEX.128.66.0F.WIG 73 /6 ib");
    public static final int VPSRLW =
            vex(PSRLW, "vpsrlw xmm1, xmm2, xmm3/m128", "VEX.128.66.0F.WIG D1 /r");
    public static final int VPSRLW_XMM_XMM_IMM8 =
            vex(PSRLW_XMM_IMM8, "vpsrlw xmm1, xmm2, imm8", "VEX.128.66.0F.WIG 71 /2 ib");
    public static final int VPSRLD =
            vex(PSRLD, "vpsrld xmm1, xmm2, xmm3/m128", "VEX.128.66.0F.WIG D2 /r");
    public static final int VPSRLD_XMM_XMM_IMM8 =
            vex(PSRLD_XMM_IMM8, "vpsrld xmm1, xmm2, imm8", "VEX.128.66.0F.WIG 72 /2 ib");
    public static final int VPSRLQ =
            vex(PSRLQ, "vpsrlq xmm1, xmm2, xmm3/m128", "VEX.128.66.0F.WIG D3 /r");
    public static final int VPSRLQ_XMM_XMM_IMM8 =
            vex(PSRLQ_XMM_IMM8, "vpsrlq xmm1, xmm2, imm8", "VEX.128.66.0F.WIG 73 /2 ib");
    public static final int VPSRAW =
            vex(PSRAW, "vpsraw xmm1, xmm2, xmm3/m128", "VEX.128.66.0F.WIG E1 /r");
    public static final int VPSRAW_XMM_XMM_IMM8 =
            vex(PSRAW_XMM_IMM8, "vpsraw xmm1, xmm2, imm8", "VEX.128.66.0F.WIG 71 /4 ib");
    public static final int VPSRAD =
            vex(PSRAD, "vpsrad xmm1, xmm2, xmm3/m128", "VEX.128.66.0F.WIG E2 /r");
    public static final int VPSRAD_XMM_XMM_IMM8 =
            vex(PSRAD_XMM_IMM8, "vpsrad xmm1, xmm2, imm8", "VEX.128.66.0F.WIG 72 /4 ib");
    public static final int VPSLLDQ_XMM_XMM_IMM8 =
            vex(PSLLDQ_XMM_IMM8, "vpslldq xmm1, xmm2, imm8", "VEX.128.66.0F.WIG 73 /7 ib");
    public static final int VPSRLDQ_XMM_XMM_IMM8 =
            vex(PSRLDQ_XMM_IMM8, "vpsrldq xmm1, xmm2, imm8", "VEX.128.66.0F.WIG 73 /3 ib");

    // Packed integers: moving lanes

    public static final int VPACKSSWB =
            vex(PACKSSWB, "vpacksswb xmm1, xmm2, xmm3/m128", "VEX.128.66.0F.WIG 63 /r");
    public static final int VPACKSSDW =
            vex(PACKSSDW, "vpackssdw xmm1, xmm2, xmm3/m128", "VEX.128.66.0F.WIG 6B /r");
    public static final int VPACKUSWB =
            vex(PACKUSWB, "vpackuswb xmm1, xmm2, xmm3/m128", "VEX.128.66.0F.WIG 67 /r");
    public static final int VPACKUSDW =
            vex(PACKUSDW, "vpackusdw xmm1, xmm2, xmm3/m128", "VEX.128.66.0F38.WIG 2B /r");
    public static final int VPUNPCKLBW =
            vex(PUNPCKLBW, "vpunpcklbw xmm1, xmm2, xmm3/m128", "VEX.128.66.0F.WIG 60 /r");
    public static final int VPUNPCKLWD =
            vex(PUNPCKLWD, "vpunpcklwd xmm1, xmm2, xmm3/m128", "VEX.128.66.0F.WIG 61 /r");
    public static final int VPUNPCKLDQ =
            vex(PUNPCKLDQ, "vpunpckldq xmm1, xmm2, xmm3/m128", "VEX.128.66.0F.WIG 62 /r");
    public static final int VPUNPCKLQDQ =
            vex(PUNPCKLQDQ, "vpunpcklqdq xmm1, xmm2, xmm3/m128", "VEX.128.66.0F.WIG 6C /r");
    public static final int VPUNPCKHBW =
            vex(PUNPCKHBW, "vpunpckhbw xmm1, xmm2, xmm3/m128", "VEX.128.66.0F.WIG 68 /r");
    public static final int VPUNPCKHWD =
            vex(PUNPCKHWD, "vpunpckhwd xmm1, xmm2, xmm3/m128", "VEX.128.66.0F.WIG 69 /r");
    public static final int VPUNPCKHDQ =
            vex(PUNPCKHDQ, "vpunpckhdq xmm1, xmm2, xmm3/m128", "VEX.128.66.0F.WIG 6A /r");
    public static final int VPUNPCKHQDQ =
            vex(PUNPCKHQDQ, "vpunpckhqdq xmm1, xmm2, xmm3/m128", "VEX.128.66.0F.WIG 6D /r");
    public static final int VPSHUFD =
            vex(PSHUFD, "vpshufd xmm1, xmm2/m128, imm8", "VEX.128.66.0F.WIG 70 /r ib");
    public static final int VPSHUFLW =
            vex(PSHUFLW, "vpshuflw xmm1, xmm2/m128, imm8", "VEX.128.F2.0F.WIG 70 /r ib");
    public static final int VPSHUFHW =
            vex(PSHUFHW, "vpshufhw xmm1, xmm2/m128, imm8", "VEX.128.F3.0F.WIG 70 /r ib");
    public static final int VPSHUFB =
            vex(PSHUFB, "vpshufb xmm1, xmm2, xmm3/m128", "VEX.128.66.0F38.WIG 00 /r");
    public static final int VPALIGNR =
            vex(PALIGNR, "vpalignr xmm1, xmm2, xmm3/m128, imm8", "VEX.128.66.0F3A.WIG 0F /r ib");
    public static final int VPINSRB_XMM_XMM_R32M8_IMM8 =
            vex(
                    PINSRB_XMM_R32M8_IMM8,
                    "vpinsrb xmm1, xmm2, r32/m8, imm8",
                    "VEX.128.66.0F3A.WIG 20 /r ib");
    public static final int VPINSRW_XMM_XMM_R32M16_IMM8 =
            vex(
                    PINSRW_XMM_R32M16_IMM8,
                    "vpinsrw xmm1, xmm2, r32/m16, imm8",
                    "VEX.128.66.0F.WIG C4 /r ib");
    public static final int VPINSRD_XMM_XMM_RM32_IMM8 =
            vex(
                    PINSRD_XMM_RM32_IMM8,
                    "vpinsrd xmm1, xmm2, r/m32, imm8",
                    "VEX.128.66.0F3A.W0 22 /r ib");
    public static final int VPINSRQ_XMM_XMM_RM64_IMM8 =
            vex(
                    PINSRQ_XMM_RM64_IMM8,
                    "vpinsrq xmm1, xmm2, r/m64, imm8",
                    "VEX.128.66.0F3A.W1 22 /r ib");
    public static final int VPEXTRB_R32M8_XMM_IMM8 =
            vex(
                    PEXTRB_R32M8_XMM_IMM8,
                    "vpextrb r32/m8, xmm1, imm8",
                    "VEX.128.66.0F3A.WIG 14 /r ib");
    public static final int VPEXTRW_R32_XMM_IMM8 =
            vex(PEXTRW_R32_XMM_IMM8, "vpextrw r32, xmm1, imm8", "VEX.128.66.0F.WIG C5 /r ib");
    public static final int VPEXTRW_M16_XMM_IMM8 =
            vex(PEXTRW_M16_XMM_IMM8, "vpextrw m16, xmm1, imm8", "VEX.128.66.0F3A.WIG 15 /r ib");
    public static final int VPEXTRD_RM32_XMM_IMM8 =
            vex(PEXTRD_RM32_XMM_IMM8, "vpextrd r/m32, xmm1, imm8", "VEX.128.66.0F3A.W0 16 /r ib");
    public static final int VPEXTRQ_RM64_XMM_IMM8 =
            vex(PEXTRQ_RM64_XMM_IMM8, "vpextrq r/m64, xmm1, imm8", "VEX.128.66.0F3A.W1 16 /r ib");
    public static final int VPMOVSXBW =
            vex(PMOVSXBW, "vpmovsxbw xmm1, xmm2/m64", "VEX.128.66.0F38.WIG 20 /r");
    public static final int VPMOVZXBW =
            vex(PMOVZXBW, "vpmovzxbw xmm1, xmm2/m64", "VEX.128.66.0F38.WIG 30 /r");
    public static final int VPMOVSXBD =
            vex(PMOVSXBD, "vpmovsxbd xmm1, xmm2/m32", "VEX.128.66.0F38.WIG 21 /r");
    public static final int VPMOVZXBD =
            vex(PMOVZXBD, "vpmovzxbd xmm1, xmm2/m32", "VEX.128.66.0F38.WIG 31 /r");
    public static final int VPMOVSXBQ =
            vex(PMOVSXBQ, "vpmovsxbq xmm1, xmm2/m16", "VEX.128.66.0F38.WIG 22 /r");
    public static final int VPMOVZXBQ =
            vex(PMOVZXBQ, "vpmovzxbq xmm1, xmm2/m16", "VEX.128.66.0F38.WIG 32 /r");
    public static final int VPMOVSXWD =
            vex(PMOVSXWD, "vpmovsxwd xmm1, xmm2/m64", "VEX.128.66.0F38.WIG 23 /r");
    public static final int VPMOVZXWD =
            vex(PMOVZXWD, "vpmovzxwd xmm1, xmm2/m64", "VEX.128.66.0F38.WIG 33 /r");
    public static final int VPMOVSXWQ =
            vex(PMOVSXWQ, "vpmovsxwq xmm1, xmm2/m32", "VEX.128.66.0F38.WIG 24 /r");
    public static final int VPMOVZXWQ =
            vex(PMOVZXWQ, "vpmovzxwq xmm1, xmm2/m32", "VEX.128.66.0F38.WIG 34 /r");
    public static final int VPMOVSXDQ =
            vex(PMOVSXDQ, "vpmovsxdq xmm1, xmm2/m64", "VEX.128.66.0F38.WIG 25 /r");
    public static final int VPMOVZXDQ =
            vex(PMOVZXDQ, "vpmovzxdq xmm1, xmm2/m64", "VEX.128.66.0F38.WIG 35 /r");

    // What SSE has no two-operand form of

    public static final int VPBLENDVB_XMM_XMM_XMMM128_XMM =
            row("vpblendvb xmm1, xmm2, xmm3/m128, xmm4", "VEX.128.66.0F3A.W0 4C /r /is4", AVX);
    public static final int VBLENDVPS_XMM_XMM_XMMM128_XMM =
            row("vblendvps xmm1, xmm2, xmm3/m128, xmm4", "VEX.128.66.0F3A.W0 4A /r /is4", AVX);
    public static final int VBLENDVPD_XMM_XMM_XMMM128_XMM =
            row("vblendvpd xmm1, xmm2, xmm3/m128, xmm4", "VEX.128.66.0F3A.W0 4B /r /is4", AVX);
    public static final int VBROADCASTSS_XMM_M32 =
            row("vbroadcastss xmm1, m32", "VEX.128.66.0F38.W0 18 /r", AVX);
    public static final int VBROADCASTSS_XMM_XMM =
            row("vbroadcastss xmm1, xmm2", "VEX.128.66.0F38.W0 18 /r", AVX2);
    public static final int VPBROADCASTB =
            row("vpbroadcastb xmm1, xmm2/m8", "VEX.128.66.0F38.W0 78 /r", AVX2);
    public static final int VPBROADCASTW =
            row("vpbroadcastw xmm1, xmm2/m16", "VEX.128.66.0F38.W0 79 /r", AVX2);
    public static final int VPBROADCASTD =
            row("vpbroadcastd xmm1, xmm2/m32", "VEX.128.66.0F38.W0 58 /r", AVX2);
    public static final int VPBROADCASTQ =
            row("vpbroadcastq xmm1, xmm2/m64", "VEX.128.66.0F38.W0 59 /r", AVX2);
    public static final int VPERMILPS =
            row("vpermilps xmm1, xmm2, xmm3/m128", "VEX.128.66.0F38.W0 0C /r", AVX);
    public static final int VPERMILPS_XMM_XMMM128_IMM8 =
            row("vpermilps xmm1, xmm2/m128, imm8", "VEX.128.66.0F3A.W0 04 /r ib", AVX);
    public static final int VPERMILPD =
            row("vpermilpd xmm1, xmm2, xmm3/m128", "VEX.128.66.0F38.W0 0D /r", AVX);
    public static final int VPERMILPD_XMM_XMMM128_IMM8 =
            row("vpermilpd xmm1, xmm2/m128, imm8", "VEX.128.66.0F3A.W0 05 /r ib", AVX);
    public static final int VPSLLVD =
            row("vpsllvd xmm1, xmm2, xmm3/m128", "VEX.128.66.0F38.W0 47 /r", AVX2);
    public static final int VPSLLVQ =
            row("vpsllvq xmm1, xmm2, xmm3/m128", "VEX.128.66.0F38.W1 47 /r", AVX2);
    public static final int VPSRLVD =
            row("vpsrlvd xmm1, xmm2, xmm3/m128", "VEX.128.66.0F38.W0 45 /r", AVX2);
    public static final int VPSRLVQ =
            row("vpsrlvq xmm1, xmm2, xmm3/m128", "VEX.128.66.0F38.W1 45 /r", AVX2);
    public static final int VPSRAVD =
            row("vpsravd xmm1, xmm2, xmm3/m128", "VEX.128.66.0F38.W0 46 /r", AVX2);
    public static final int VPBLENDD =
            row("vpblendd xmm1, xmm2, xmm3/m128, imm8", "VEX.128.66.0F3A.W0 02 /r ib", AVX2);

    // Fused multiplication and addition: 132 is a = a*c + b, 213 is a = b*a + c, 231 is a = b*c + a

    public static final int VFMADD132SS =
            row("vfmadd132ss xmm1, xmm2, xmm3/m32", "VEX.LIG.66.0F38.W0 99 /r", FMA | RW);
    public static final int VFMADD132SD =
            row("vfmadd132sd xmm1, xmm2, xmm3/m64", "VEX.LIG.66.0F38.W1 99 /r", FMA | RW);
    public static final int VFMADD132PS =
            row("vfmadd132ps xmm1, xmm2, xmm3/m128", "VEX.128.66.0F38.W0 98 /r", FMA | RW);
    public static final int VFMADD132PD =
            row("vfmadd132pd xmm1, xmm2, xmm3/m128", "VEX.128.66.0F38.W1 98 /r", FMA | RW);
    public static final int VFMADD213SS =
            row("vfmadd213ss xmm1, xmm2, xmm3/m32", "VEX.LIG.66.0F38.W0 A9 /r", FMA | RW);
    public static final int VFMADD213SD =
            row("vfmadd213sd xmm1, xmm2, xmm3/m64", "VEX.LIG.66.0F38.W1 A9 /r", FMA | RW);
    public static final int VFMADD213PS =
            row("vfmadd213ps xmm1, xmm2, xmm3/m128", "VEX.128.66.0F38.W0 A8 /r", FMA | RW);
    public static final int VFMADD213PD =
            row("vfmadd213pd xmm1, xmm2, xmm3/m128", "VEX.128.66.0F38.W1 A8 /r", FMA | RW);
    public static final int VFMADD231SS =
            row("vfmadd231ss xmm1, xmm2, xmm3/m32", "VEX.LIG.66.0F38.W0 B9 /r", FMA | RW);
    public static final int VFMADD231SD =
            row("vfmadd231sd xmm1, xmm2, xmm3/m64", "VEX.LIG.66.0F38.W1 B9 /r", FMA | RW);
    public static final int VFMADD231PS =
            row("vfmadd231ps xmm1, xmm2, xmm3/m128", "VEX.128.66.0F38.W0 B8 /r", FMA | RW);
    public static final int VFMADD231PD =
            row("vfmadd231pd xmm1, xmm2, xmm3/m128", "VEX.128.66.0F38.W1 B8 /r", FMA | RW);
    public static final int VFMSUB132SS =
            row("vfmsub132ss xmm1, xmm2, xmm3/m32", "VEX.LIG.66.0F38.W0 9B /r", FMA | RW);
    public static final int VFMSUB132SD =
            row("vfmsub132sd xmm1, xmm2, xmm3/m64", "VEX.LIG.66.0F38.W1 9B /r", FMA | RW);
    public static final int VFMSUB132PS =
            row("vfmsub132ps xmm1, xmm2, xmm3/m128", "VEX.128.66.0F38.W0 9A /r", FMA | RW);
    public static final int VFMSUB132PD =
            row("vfmsub132pd xmm1, xmm2, xmm3/m128", "VEX.128.66.0F38.W1 9A /r", FMA | RW);
    public static final int VFMSUB213SS =
            row("vfmsub213ss xmm1, xmm2, xmm3/m32", "VEX.LIG.66.0F38.W0 AB /r", FMA | RW);
    public static final int VFMSUB213SD =
            row("vfmsub213sd xmm1, xmm2, xmm3/m64", "VEX.LIG.66.0F38.W1 AB /r", FMA | RW);
    public static final int VFMSUB213PS =
            row("vfmsub213ps xmm1, xmm2, xmm3/m128", "VEX.128.66.0F38.W0 AA /r", FMA | RW);
    public static final int VFMSUB213PD =
            row("vfmsub213pd xmm1, xmm2, xmm3/m128", "VEX.128.66.0F38.W1 AA /r", FMA | RW);
    public static final int VFMSUB231SS =
            row("vfmsub231ss xmm1, xmm2, xmm3/m32", "VEX.LIG.66.0F38.W0 BB /r", FMA | RW);
    public static final int VFMSUB231SD =
            row("vfmsub231sd xmm1, xmm2, xmm3/m64", "VEX.LIG.66.0F38.W1 BB /r", FMA | RW);
    public static final int VFMSUB231PS =
            row("vfmsub231ps xmm1, xmm2, xmm3/m128", "VEX.128.66.0F38.W0 BA /r", FMA | RW);
    public static final int VFMSUB231PD =
            row("vfmsub231pd xmm1, xmm2, xmm3/m128", "VEX.128.66.0F38.W1 BA /r", FMA | RW);
    public static final int VFNMADD132SS =
            row("vfnmadd132ss xmm1, xmm2, xmm3/m32", "VEX.LIG.66.0F38.W0 9D /r", FMA | RW);
    public static final int VFNMADD132SD =
            row("vfnmadd132sd xmm1, xmm2, xmm3/m64", "VEX.LIG.66.0F38.W1 9D /r", FMA | RW);
    public static final int VFNMADD132PS =
            row("vfnmadd132ps xmm1, xmm2, xmm3/m128", "VEX.128.66.0F38.W0 9C /r", FMA | RW);
    public static final int VFNMADD132PD =
            row("vfnmadd132pd xmm1, xmm2, xmm3/m128", "VEX.128.66.0F38.W1 9C /r", FMA | RW);
    public static final int VFNMADD213SS =
            row("vfnmadd213ss xmm1, xmm2, xmm3/m32", "VEX.LIG.66.0F38.W0 AD /r", FMA | RW);
    public static final int VFNMADD213SD =
            row("vfnmadd213sd xmm1, xmm2, xmm3/m64", "VEX.LIG.66.0F38.W1 AD /r", FMA | RW);
    public static final int VFNMADD213PS =
            row("vfnmadd213ps xmm1, xmm2, xmm3/m128", "VEX.128.66.0F38.W0 AC /r", FMA | RW);
    public static final int VFNMADD213PD =
            row("vfnmadd213pd xmm1, xmm2, xmm3/m128", "VEX.128.66.0F38.W1 AC /r", FMA | RW);
    public static final int VFNMADD231SS =
            row("vfnmadd231ss xmm1, xmm2, xmm3/m32", "VEX.LIG.66.0F38.W0 BD /r", FMA | RW);
    public static final int VFNMADD231SD =
            row("vfnmadd231sd xmm1, xmm2, xmm3/m64", "VEX.LIG.66.0F38.W1 BD /r", FMA | RW);
    public static final int VFNMADD231PS =
            row("vfnmadd231ps xmm1, xmm2, xmm3/m128", "VEX.128.66.0F38.W0 BC /r", FMA | RW);
    public static final int VFNMADD231PD =
            row("vfnmadd231pd xmm1, xmm2, xmm3/m128", "VEX.128.66.0F38.W1 BC /r", FMA | RW);
    public static final int VFNMSUB132SS =
            row("vfnmsub132ss xmm1, xmm2, xmm3/m32", "VEX.LIG.66.0F38.W0 9F /r", FMA | RW);
    public static final int VFNMSUB132SD =
            row("vfnmsub132sd xmm1, xmm2, xmm3/m64", "VEX.LIG.66.0F38.W1 9F /r", FMA | RW);
    public static final int VFNMSUB132PS =
            row("vfnmsub132ps xmm1, xmm2, xmm3/m128", "VEX.128.66.0F38.W0 9E /r", FMA | RW);
    public static final int VFNMSUB132PD =
            row("vfnmsub132pd xmm1, xmm2, xmm3/m128", "VEX.128.66.0F38.W1 9E /r", FMA | RW);
    public static final int VFNMSUB213SS =
            row("vfnmsub213ss xmm1, xmm2, xmm3/m32", "VEX.LIG.66.0F38.W0 AF /r", FMA | RW);
    public static final int VFNMSUB213SD =
            row("vfnmsub213sd xmm1, xmm2, xmm3/m64", "VEX.LIG.66.0F38.W1 AF /r", FMA | RW);
    public static final int VFNMSUB213PS =
            row("vfnmsub213ps xmm1, xmm2, xmm3/m128", "VEX.128.66.0F38.W0 AE /r", FMA | RW);
    public static final int VFNMSUB213PD =
            row("vfnmsub213pd xmm1, xmm2, xmm3/m128", "VEX.128.66.0F38.W1 AE /r", FMA | RW);
    public static final int VFNMSUB231SS =
            row("vfnmsub231ss xmm1, xmm2, xmm3/m32", "VEX.LIG.66.0F38.W0 BF /r", FMA | RW);
    public static final int VFNMSUB231SD =
            row("vfnmsub231sd xmm1, xmm2, xmm3/m64", "VEX.LIG.66.0F38.W1 BF /r", FMA | RW);
    public static final int VFNMSUB231PS =
            row("vfnmsub231ps xmm1, xmm2, xmm3/m128", "VEX.128.66.0F38.W0 BE /r", FMA | RW);
    public static final int VFNMSUB231PD =
            row("vfnmsub231pd xmm1, xmm2, xmm3/m128", "VEX.128.66.0F38.W1 BE /r", FMA | RW);
}
