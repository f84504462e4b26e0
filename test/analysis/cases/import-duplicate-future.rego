# v0
package t
import future.keywords.in
import future.keywords.in
import future.keywords
p { 1 in [1] }
