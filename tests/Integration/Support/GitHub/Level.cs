namespace PyWharf.Integration.Support.GitHub;

/// <summary>How far a permission of a token goes.</summary>
internal enum Level
{
    None,
    Read,
    Write,
}
