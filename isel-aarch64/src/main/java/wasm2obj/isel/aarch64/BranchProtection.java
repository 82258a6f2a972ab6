package wasm2obj.isel.aarch64;

/** What code does against attacks on its control flow. The instructions are hints: older processors do nothing. */
public enum BranchProtection {
    NONE(false, false),
    BTI(true, false),
    PAC_RET(false, true),
    STANDARD(true, true);

    private final boolean landingPads;
    private final boolean signedReturns;

    BranchProtection(boolean landingPads, boolean signedReturns) {
        this.landingPads = landingPads;
        this.signedReturns = signedReturns;
    }

    /** Whether indirect branches go to landing pads only (FEAT_BTI). */
    public boolean hasLandingPads() {
        return landingPads;
    }

    /** Whether return addresses in frames are signed with the stack pointer at the entry, and authenticated before they are used (FEAT_PAuth). */
    public boolean signsReturns() {
        return signedReturns;
    }
}
