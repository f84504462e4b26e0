package types.semver_of_numbers

p := semver.compare(1.0, 2.0)
