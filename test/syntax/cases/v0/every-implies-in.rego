package a

import future.keywords.every

p { every x in y { x in z } }
q { some x in y }
