using System.Net;
using System.Reflection;
using Carter;
using FluentValidation;
using MediatR;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using PyWharf.Domain;

namespace PyWharf.Unit.Architecture;

// Types that violate the rules, some of them visibly, some only in the compiled code.

internal static class AsksTheWeb
{
    internal sealed class ByParameter
    {
        public static string Name(HttpContext context) => context.ToString() ?? "";
    }

    internal sealed class ByBaseClass() : BadHttpRequestException("");

    internal sealed class ByCall
    {
        public static object Answer() => Results.NoContent();
    }

    internal sealed class ByGenericArgument
    {
        public static Dictionary<string, List<HttpContext[]>> All() => [];
    }

    internal sealed class ByTypeOf
    {
        public static MemberInfo Type() => typeof(HttpContext);
    }

    internal sealed class ByAttribute
    {
        [ProducesAttributeWithType(typeof(HttpContext))]
        public static int Zero => 0;
    }

    internal sealed class ByCatch
    {
        public static bool Fails(Action action)
        {
            try
            {
                action();
                return false;
            }
            catch (BadHttpRequestException)
            {
                return true;
            }
        }
    }

    internal sealed class ByClosure
    {
        public static Func<int, object> Later(int status) => more => Results.StatusCode(status + more);
    }

    internal sealed class ByStateMachine
    {
        public static async Task<object> LaterAsync()
        {
            await Task.Yield();
            return Results.NoContent();
        }
    }

    [AttributeUsage(AttributeTargets.All)]
    internal sealed class ProducesAttributeWithTypeAttribute(Type type) : Attribute
    {
        public Type Type { get; } = type;
    }
}

internal static class AsksTheNetwork
{
    internal sealed class Fetcher(HttpClient http)
    {
        public Task<string> FetchAsync(Uri uri) => http.GetStringAsync(uri);
    }

    internal sealed class Innocent
    {
        public static HttpStatusCode Status => HttpStatusCode.OK;
    }
}

internal static class CallsAnotherSlice
{
    internal sealed record Query : IRequest<Outcome<string>>;

    internal sealed class Handler(ISender sender) : IRequestHandler<Query, Outcome<string>>
    {
        public Task<Outcome<string>> Handle(Query request, CancellationToken cancellationToken) => sender.Send(request, cancellationToken);
    }
}

/// <summary>Public and unsealed parts, which are not allowed.</summary>
public static class ForEveryone
{
    /// <summary>A request.</summary>
    public sealed record Query : IRequest;

    /// <summary>A public handler.</summary>
    public sealed class Handler : IRequestHandler<Query>
    {
        /// <inheritdoc/>
        public Task Handle(Query request, CancellationToken cancellationToken) => Task.CompletedTask;
    }

    /// <summary>A public validator.</summary>
    public sealed class Validator : AbstractValidator<Query>;

    /// <summary>A validator to derive from.</summary>
    public class OpenValidator : AbstractValidator<Query>;

    internal sealed class GoodValidator : AbstractValidator<Query>;

    internal abstract class FoundationOfValidators : AbstractValidator<Query>;
}

/// <summary>A module to derive from.</summary>
public class OpenModule : ICarterModule
{
    public void AddRoutes(IEndpointRouteBuilder app)
    {
    }
}

/// <summary>A back end to derive from.</summary>
public class OpenBackend : IRepositoryBackend;

/// <summary>Has the name that the rule looks for.</summary>
public interface IRepositoryBackend;

internal sealed class PackageService;

internal sealed class CacheManager<T>
{
    public static IEnumerable<T> Items => [];
}

internal static class UrlUtils;

internal static class HelperOfNobody;

internal static class ComparesSecrets
{
    internal sealed class ByItself
    {
        public static bool Opens(Secret secret, Secret shown) => secret.Matches(shown);
    }

    internal sealed class InAClosure
    {
        public static bool Opens(IEnumerable<Secret> secrets, Secret shown) => secrets.Any(secret => secret.Matches(shown));
    }

    internal sealed class AsBytes
    {
        public static bool Opens(byte[] secret, byte[] shown) => System.Security.Cryptography.CryptographicOperations.FixedTimeEquals(secret, shown);
    }
}
