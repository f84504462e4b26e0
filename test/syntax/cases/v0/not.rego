package a

import future.keywords.not

p { not { x; y } }
p { not x }
