package types.graph_of_array

p := graph.reachable([1], {1})
