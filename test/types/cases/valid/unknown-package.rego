package types.unknown_package

p if data.other.pkg.rule.x == 1
