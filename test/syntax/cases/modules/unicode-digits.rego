package u

x١ := 1
