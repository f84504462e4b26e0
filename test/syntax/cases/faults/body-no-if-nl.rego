package a
p
{
 true
}
