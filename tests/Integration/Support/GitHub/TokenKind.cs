namespace PyWharf.Integration.Support.GitHub;

internal enum TokenKind
{
    /// <summary>A classic personal access token: what its user may do, as far as its scopes go.</summary>
    Classic,

    /// <summary>A fine-grained personal access token: permissions for certain repositories.</summary>
    FineGrained,

    /// <summary>GITHUB_TOKEN of a workflow run: permissions for one repository, and no user.</summary>
    Actions,
}
