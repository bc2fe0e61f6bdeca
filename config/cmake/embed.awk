# A text file to a header with `static const char SYMBOL[]`, NUL at the end. -v symbol=SYMBOL

BEGIN {
    guard = "GUICHET_EMBED_" toupper(symbol) "_GEN_H"
    print "/* Generated from a text file of the tree: change it there. */"
    printf "#ifndef %s\n#define %s\n\nstatic const char %s[] =", guard, guard, symbol
}

{ printf "\n    %s", c_string($0) }

END {
    if (NR == 0)
        refuse("an empty file cannot be embedded")
    print ";\n\n#endif"
}
