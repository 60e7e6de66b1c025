using Microsoft.AspNetCore.Components;

namespace PyWharf.Api.Pages;

/// <summary>A page of the browser: a Razor component that is rendered once, on the server.</summary>
/// <typeparam name="TModel">What it shows.</typeparam>
public abstract class Page<TModel> : ComponentBase
{
    /// <summary>What it knows of the request.</summary>
    [Parameter]
    public required PageContext Context { get; set; }

    /// <summary>What it shows.</summary>
    [Parameter]
    public required TModel Model { get; set; }

    /// <summary>The URLs of this server's pages.</summary>
    protected PageLinks Links => Context.Links;
}
