package t
p := {k: v | some k in [1]}
