package types.uuid_and_semver

p if uuid.parse(uuid.rfc4122("x")).version == 4

q := semver.compare("1.0.0", "2.0.0") + 1

r if semver.is_valid(3)
