namespace PyWharf.Infrastructure.Configuration;

/// <summary>The type of a <see cref="ConfigKey"/>'s value.</summary>
public enum ConfigKind
{
    /// <summary>A string.</summary>
    Text,

    /// <summary>An integer of 64 bits.</summary>
    Number,

    /// <summary>True or false.</summary>
    Flag,

    /// <summary>An array of globs over project names.</summary>
    Patterns,

    /// <summary>An array of names of repositories.</summary>
    Names,

    /// <summary>A secret that clients show, in one of the four forms that <see cref="SecretSetting"/> has.</summary>
    Secret,
}
