package a
{1}
