# v0
package t
p { any([true]); all([true]) }
