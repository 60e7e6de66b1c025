namespace PyWharf.Integration.Support.GitHub;

/// <summary>What a user may do in a repository; each role includes those before it.</summary>
internal enum Role
{
    None,
    Pull,
    Triage,
    Push,
    Maintain,
    Admin,
}
