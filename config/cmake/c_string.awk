# Shared by the generators: text as C string literals, and one way to refuse.

# The line as a C string literal that ends with a newline. Two question marks are split: they could begin a trigraph.
# In a replacement "\\\\" is one backslash and "&" what was found, in every awk.
function c_string(line)
{
    gsub(/\\/, "&&", line)
    gsub(/"/, "\\\\&", line)
    gsub(/\t/, "\\\\t", line)
    gsub(/\r/, "\\\\r", line)
    gsub(/\?\?/, "?\\\\?", line)
    return "\"" line "\\n\""
}

# One sentence with the place, and no output that could be taken for whole.
function refuse(sentence)
{
    printf "%s:%d: %s\n", FILENAME, FNR, sentence > "/dev/stderr"
    failed = 1
    exit 1
}
