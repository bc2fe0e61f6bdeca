# A plugin's manifest.json to the C file that puts it into the module.

BEGIN {
    print "/* Generated from the plugin's manifest.json: change it there. */"
    print "#include <guichet/manifest.h>"
    print ""
    printf "GCT_MANIFEST("
}

{ printf "\n    %s", c_string($0) }

END {
    if (NR == 0)
        refuse("the manifest is empty")
    print ");"
}
