package types.package_extent

other := {"x": 1}

p if data.types.package_extent.other.x == "y"
