package t
import future.keywords.not
p if { not { some x in input.xs; x > y }; some y in input.ys }
