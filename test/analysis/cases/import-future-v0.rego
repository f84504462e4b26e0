# v0
package t
import future.keywords
import future.keywords.in
p if { 1 in [1] }
