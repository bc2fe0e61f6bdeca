# migrations/NNNN-name.sql to store/migrations.gen.h: GCT_MIGRATION_TABLE(X) with one X(number, "name", "whole text") a
# file, in order. Numbers begin at 1 and have no gap.

BEGIN {
    print "/* Generated from the migrations of the store: change them there. */"
    print "#ifndef GUICHET_CORE_STORE_MIGRATIONS_GEN_H"
    print "#define GUICHET_CORE_STORE_MIGRATIONS_GEN_H"
    print ""
    printf "#define GCT_MIGRATION_TABLE(X)"
    count = 0
}

FNR == 1 {
    if (count > 0)
        printf ")"
    file = FILENAME
    sub(/.*\//, "", file)
    if (file !~ /^[0-9][0-9][0-9][0-9]-[a-z0-9-]+\.sql$/)
        refuse("a migration is named NNNN-name.sql, with a-z, 0-9 and - in the name")
    count++
    if (substr(file, 1, 4) + 0 != count)
        refuse("migration number " substr(file, 1, 4) " where " count " is next")
    printf " \\\n    X(%d, \"%s\",", count, substr(file, 6, length(file) - 9)
}

{
    sub(/\r$/, "")
    printf " \\\n        %s", c_string($0)
}

END {
    if (failed)
        exit 1
    if (count > 0)
        printf ")"
    print "\n\n#endif"
}
