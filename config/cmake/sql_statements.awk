# sql/*.sql to store/statements.gen.h: GCT_SQL_TABLE(X) with one X(name, "text") a statement.
# A statement begins after a line `-- name: ticket_insert` and ends at the next such line. Other comment lines and blank
# lines are dropped. What several statements of a file share stands once, after `-- part: ticket_filter`, and is put in
# by a line `-- use: ticket_filter`.

function finish()
{
    if (name != "" && !filled)
        refuse("statement " name " is empty")
    if (name != "")
        printf ")"
    name = ""
}

BEGIN {
    print "/* Generated from the .sql files of the store: change them there. */"
    print "#ifndef GUICHET_CORE_STORE_STATEMENTS_GEN_H"
    print "#define GUICHET_CORE_STORE_STATEMENTS_GEN_H"
    print ""
    printf "#define GCT_SQL_TABLE(X)"
}

FNR == 1 { finish(); part = "" }

/^[ \t]*--[ \t]*part:/ {
    finish()
    part = $3
    if (part in parts)
        refuse("part " part " stands twice")
    parts[part] = ""
    next
}

/^[ \t]*--[ \t]*use:/ {
    if (!($3 in parts))
        refuse("part " $3 " is not known here")
    if (name == "")
        refuse("a part is used in a statement")
    printf "%s", parts[$3]
    filled = 1
    next
}

/^[ \t]*--[ \t]*name:/ {
    finish()
    part = ""
    name = $0
    sub(/^[ \t]*--[ \t]*name:[ \t]*/, "", name)
    sub(/[ \t\r]+$/, "", name)
    if (name !~ /^[a-z][a-z0-9_]*$/)
        refuse("a statement's name is made of a-z, 0-9 and _, and begins with a letter: \"" name "\"")
    if (name in seen)
        refuse("statement " name " stands already in " seen[name])
    seen[name] = FILENAME ":" FNR
    filled = 0
    printf " \\\n    X(%s,", name
    next
}

/^[ \t]*(--|\r?$)/ { next }

{
    if (name == "" && part == "")
        refuse("text before the first `-- name:` line")
    sub(/\r$/, "")
    line = " \\\n        " c_string($0)
    if (part != "") {
        parts[part] = parts[part] line
        next
    }
    printf "%s", line
    filled = 1
}

END {
    if (failed)
        exit 1
    finish()
    print "\n\n#endif"
}
