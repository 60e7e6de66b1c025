using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Web;

namespace PyWharf.Api.Pages;

/// <summary>
/// Renders components to HTML, once and without state: no circuits, no script. Text and attributes are encoded by the renderer
/// (docs/decisions/0033).
/// </summary>
internal sealed class PageRenderer(IServiceProvider services, ILoggerFactory loggers)
{
    /// <summary>The HTML of a component.</summary>
    /// <param name="parameters">Its parameters, by name.</param>
    /// <typeparam name="TComponent">The component.</typeparam>
    public async Task<string> RenderAsync<TComponent>(IDictionary<string, object?> parameters)
        where TComponent : IComponent
    {
        await using var renderer = new HtmlRenderer(services, loggers);

        return await renderer.Dispatcher.InvokeAsync(async () =>
        {
            var component = await renderer.RenderComponentAsync<TComponent>(ParameterView.FromDictionary(parameters));

            return component.ToHtmlString();
        });
    }
}
