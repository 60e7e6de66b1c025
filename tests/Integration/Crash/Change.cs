namespace PyWharf.Integration.Crash;

/// <summary>What a client can change of a project.</summary>
internal enum Change
{
    Yank,
    Unyank,
    Delete,
    Status,
    Upload,
}
