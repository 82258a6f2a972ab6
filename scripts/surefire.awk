# Counts the tests in Surefire's reports: prints "SUITE PASSED FAILED SKIPPED"; writes a line for each reason to skip
# to the file `skips`.
#
#     awk -f surefire.awk -v suite=NAME -v skips=FILE TEST-*.xml

function attribute(name, line) {
    if (!match(line, " " name "=\"[^\"]*\"")) {
        return ""
    }
    line = substr(line, RSTART + length(name) + 3, RLENGTH - length(name) - 4)
    gsub(/&#10;.*/, "", line)
    gsub(/&lt;/, "<", line)
    gsub(/&gt;/, ">", line)
    gsub(/&quot;/, "\"", line)
    gsub(/&apos;/, "'", line)
    gsub(/&amp;/, "\\&", line)
    return line
}

/<testcase / {
    test = attribute("classname", $0) "." attribute("name", $0)
    sub(/^wasm2obj\./, "", test)
    tests++
}

/<skipped/ {
    skipped++
    why = attribute("message", $0)
    if (why == "" && (i = index($0, "<![CDATA["))) {
        why = substr($0, i + 9)
        sub(/^[A-Za-z0-9_.]*: /, "", why)
    }
    sub(/^Assumption failed: /, "", why)
    print suite ": " test ": " why >> skips
}

/<failure|<error/ { failed++ }

END { print suite, tests - failed - skipped, failed + 0, skipped + 0 }
