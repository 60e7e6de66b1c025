namespace PyWharf.Integration.Support.GitHub;

/// <summary>The hosts GitHub is made of. Each is an origin of its own: a token is for the first two only.</summary>
internal enum Origin
{
    /// <summary><c>api.github.com</c>.</summary>
    Api,

    /// <summary><c>uploads.github.com</c>: assets come in here.</summary>
    Uploads,

    /// <summary>Where assets lie: signed, short-lived links, and no Authorization header.</summary>
    Storage,

    /// <summary><c>github.com</c>: the downloads of public repositories.</summary>
    Web,
}
