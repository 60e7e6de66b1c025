using PyWharf.Domain;

namespace PyWharf.Infrastructure.Configuration;

/// <summary>A config.toml that was read to its end.</summary>
/// <param name="Repositories">In the order of the document. Where there are problems, what they concern has its default, or is missing.</param>
/// <param name="Unread">Repositories of which nothing is known, as their type is not.</param>
/// <param name="Problems">In the order of the document; none where it can be used.</param>
/// <param name="IsParsed">Whether the document is TOML at all; if not, nothing is known of its repositories.</param>
public sealed record ConfigReading(
    IReadOnlyList<RepositoryConfig> Repositories, IReadOnlyList<RepositoryName> Unread, IReadOnlyList<string> Problems, bool IsParsed)
{
    /// <summary>Whether the document may have the repository, for all that can be read of it.</summary>
    public bool MayHave(RepositoryName name) => !IsParsed || Unread.Contains(name) || Repositories.Any(repository => repository.Name == name);
}
