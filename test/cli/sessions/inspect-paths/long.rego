# METADATA
# title: words of it words of it words of it words of it words of it words of it words of it words of it words of it words of it words of it words of it 
# description: words of it words of it words of it words of it words of it words of it words of it words of it words of it words of it words of it words of it 
# organizations:
# - words of it words of it words of it words of it words of it words of it words of it words of it words of it words of it words of it words of it 
# authors:
# - words of it words of it words of it words of it words of it words of it words of it words of it words of it words of it words of it words of it  <words of it words of it words of it words of it words of it words of it words of it words of it words of it words of it words of it words of it @x.com>
# related_resources:
# - ref: https://example.com/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa
#   description: words of it words of it words of it words of it words of it words of it words of it words of it words of it words of it words of it words of it 
# custom:
#   e: exactly-one-two-three-four-five-six-seven-eight-nine-ten-eleven-twelve-thirt
package long

p := 1
